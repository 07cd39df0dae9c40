import { UmbraError } from '@umbra/core'
import { createHash, type Hash } from 'node:crypto'
import { createReadStream, fsync } from 'node:fs'
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { cacheError } from '../cache-error.js'
import { type HttpClient, networkError } from './http.js'
import type { IndexFile } from './simple-index.js'

const flush = promisify(fsync)

export interface DownloadOptions {
  readonly signal?: AbortSignal | undefined
  /** Bytes so far and in total (0: unknown). */
  readonly onProgress?: (done: number, total: number) => void
  /** Most successive attempts without a new byte, after the first. */
  readonly retries?: number
  /** Milliseconds before the first retry; doubled each time. */
  readonly pause?: number
}

/** Largest file accepted if the index gives no size. */
const LIMIT = 4 * 2 ** 30

/**
 * Downloads a file and verifies its sha256. After an interruption the received bytes stay in a `.part` file, and a range
 * request continues it. Throws UMBRA_DOWNLOAD, UMBRA_DOWNLOAD_CHECKSUM, UMBRA_INTERRUPTED, UMBRA_DISK_FULL, UMBRA_READ_ONLY.
 */
export async function download(
  client: HttpClient,
  file: IndexFile,
  target: string,
  options: DownloadOptions = {},
): Promise<void> {
  const part = `${target}.part`
  await mkdir(dirname(target), { recursive: true }).catch((cause: unknown) => {
    throw cacheError(dirname(target), cause)
  })
  // A complete file of an earlier attempt is verified like a part, without a request.
  if ((await sizeOf(target)) > 0) await rename(target, part)
  const resumed = (await sizeOf(part)) > 0
  let sum = await fetchAll(client, file, part, options)
  if (sum !== file.sha256 && resumed) {
    // The old part may belong to another version of the file: start again.
    await rm(part, { force: true })
    sum = await fetchAll(client, file, part, options)
  }
  if (sum !== file.sha256) {
    await rm(part, { force: true })
    throw new UmbraError('UMBRA_DOWNLOAD_CHECKSUM', {
      subject: file.filename,
      expected: `sha256 ${file.sha256}`,
      received: sum,
      remedy: 'The file is changed in transit; use another index with --index',
    })
  }
  await rename(part, target)
}

/** Fetches until the file is complete; returns its sha256. */
async function fetchAll(
  client: HttpClient,
  file: IndexFile,
  part: string,
  { signal, onProgress, retries = 4, pause = 500 }: DownloadOptions,
): Promise<string> {
  let failures = 0
  for (;;) {
    const before = await sizeOf(part)
    try {
      return await attempt(client, file, part, signal, onProgress)
    } catch (cause) {
      if (signal?.aborted === true) throw interrupted(file, await sizeOf(part), cause)
      if (cause instanceof UmbraError) throw cause
      failures = (await sizeOf(part)) > before ? 1 : failures + 1
      if (failures > retries) throw networkError(file.url, cause)
      await sleep(pause * 2 ** (failures - 1), undefined, signal === undefined ? {} : { signal }).catch(
        async (reason: unknown) => {
          throw interrupted(file, await sizeOf(part), reason)
        },
      )
    }
  }
}

async function attempt(
  client: HttpClient,
  file: IndexFile,
  part: string,
  signal: AbortSignal | undefined,
  onProgress: DownloadOptions['onProgress'],
): Promise<string> {
  let hash = createHash('sha256')
  let done = await hashExisting(part, hash)
  if (file.size !== undefined && done === file.size) return hash.digest('hex')

  const range: Record<string, string> = done > 0 ? { range: `bytes=${done}-` } : {}
  // Ranges count stored bytes: no content coding.
  const response = await client.get(file.url, {
    headers: { 'accept-encoding': 'identity', ...range },
    signal,
  })
  if (response.status === 416) {
    await rm(part, { force: true })
    throw new Error('the server has fewer bytes than the part')
  }
  if (response.status !== 200 && response.status !== 206) throw statusError(file, response.status)
  const whole = response.status === 200
  if (whole && done > 0) {
    hash = createHash('sha256')
    done = 0
  }
  const length = Number(response.headers.get('content-length') ?? 0)
  const total = file.size ?? (length > 0 ? done + length : 0)
  const out = await openPart(part, whole)
  try {
    onProgress?.(done, total)
    for await (const chunk of response.body ?? []) {
      const bytes = chunk as Uint8Array
      done += bytes.length
      if (done > (file.size ?? LIMIT)) throw tooLong(file, part)
      await writeAll(out, bytes, part)
      hash.update(bytes)
      onProgress?.(done, total)
    }
    // Not the handle's own: Yarn Plug'n'Play has handles that cannot be flushed.
    await flush(out.fd)
  } finally {
    await out.close()
  }
  if (total > 0 && done < total) throw new Error(`the connection ended after ${done} of ${total} bytes`)
  return hash.digest('hex')
}

async function hashExisting(part: string, hash: Hash): Promise<number> {
  const size = await sizeOf(part)
  if (size > 0) for await (const chunk of createReadStream(part)) hash.update(chunk as Buffer)
  return size
}

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  )

async function openPart(part: string, whole: boolean): Promise<FileHandle> {
  try {
    return await open(part, whole ? 'w' : 'a')
  } catch (cause) {
    throw cacheError(part, cause)
  }
}

async function writeAll(out: FileHandle, bytes: Uint8Array, part: string): Promise<void> {
  try {
    for (let at = 0; at < bytes.length;) at += (await out.write(bytes, at)).bytesWritten
  } catch (cause) {
    throw cacheError(part, cause)
  }
}

function statusError(file: IndexFile, status: number): Error {
  // A busy server may answer the next time; other errors will not change.
  if (status >= 500 || status === 429) return new Error(`HTTP status ${status}`)
  return networkError(file.url, new Error(`HTTP status ${status}`))
}

function tooLong(file: IndexFile, part: string): UmbraError {
  void rm(part, { force: true })
  return new UmbraError('UMBRA_DOWNLOAD_CHECKSUM', {
    subject: file.filename,
    expected: `${file.size ?? LIMIT} bytes`,
    received: 'more',
    remedy: 'The file is changed in transit; use another index with --index',
  })
}

function interrupted(file: IndexFile, done: number, cause: unknown): UmbraError {
  return new UmbraError('UMBRA_INTERRUPTED', {
    subject: `download of ${file.filename} after ${Math.round(done / 2 ** 20)} MB`,
    remedy: 'Run the same command again to continue',
    cause,
  })
}
