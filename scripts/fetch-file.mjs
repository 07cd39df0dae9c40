import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A file that cannot be fetched; its message is all the user needs. */
export class FetchFailed extends Error {}

/** An error that another attempt may fix. */
class Retry extends Error {}

/**
 * Fetches a file, verifies its checksum and only then gives it its name. After an interruption the received part stays next to
 * it as `.part` and is continued with a range request.
 *
 * Throws FetchFailed for another checksum, for an answer that will not change, and after `retries` attempts without a new
 * byte; errors of the file system pass through.
 *
 * @param {{ name: string, url: string, hash: 'md5' | 'sha256', sum: string }} file
 * @param {string} target
 * @param {{ retries?: number, pause?: number, onProgress?: (done: number, total: number) => void }} [options]
 *   `pause`: milliseconds before the first retry, doubled each time; `total` is 0 if the server does not tell
 */
export async function fetchFile(file, target, options = {}) {
  const part = `${target}.part`
  await mkdir(dirname(target), { recursive: true })
  const isResumed = (await sizeOf(part)) > 0
  let sum = await fetchPart(file, part, options)
  if (sum !== file.sum && isResumed) {
    // The part may belong to another version of the file: start again.
    await rm(part, { force: true })
    sum = await fetchPart(file, part, options)
  }
  if (sum !== file.sum) {
    await rm(part, { force: true })
    throw new FetchFailed(
      `${file.name}: ${file.hash} is ${sum}, not ${file.sum}; nothing was kept (${file.url})`,
    )
  }
  await rename(part, target)
}

/** Whether a file exists with the right contents. */
export async function isFetched({ hash, sum }, target) {
  return (await sizeOf(target)) > 0 && (await hashOf(target, hash)).digest('hex') === sum
}

/** Fetches until the part is complete; returns its checksum. */
async function fetchPart(file, part, { retries = 4, pause = 1000, onProgress }) {
  for (let failures = 0; ;) {
    const before = await sizeOf(part)
    try {
      await fetchRest(file, part, onProgress)
      return (await hashOf(part, file.hash)).digest('hex')
    } catch (error) {
      if (!(error instanceof Retry)) throw error
      failures = (await sizeOf(part)) > before ? 1 : failures + 1
      if (failures > retries) throw new FetchFailed(`${file.name}: ${error.message} (${file.url})`)
      await sleep(pause * 2 ** (failures - 1))
    }
  }
}

async function fetchRest({ name, url }, part, onProgress) {
  const there = await sizeOf(part)
  const response = await request(url, there)
  if (response.status === 416) {
    // At least as many bytes as the server has: the checksum decides.
    await response.body?.cancel()
    if (response.headers.get('content-range') === `bytes */${there}`) return
    await rm(part)
    throw new Retry('the server has fewer bytes than were already there')
  }
  if (response.status >= 500 || response.status === 429) throw new Retry(`HTTP status ${response.status}`)
  if (response.status !== 200 && response.status !== 206)
    throw new FetchFailed(`${name}: HTTP status ${response.status} (${url})`)
  if (
    response.status === 206 &&
    response.headers.get('content-range')?.startsWith(`bytes ${there}-`) !== true
  ) {
    await response.body?.cancel()
    await rm(part, { force: true })
    throw new Retry('the server sent a range other than the requested one')
  }

  let done = response.status === 206 ? there : 0
  const length = Number(response.headers.get('content-length') ?? 0)
  const total = length > 0 ? done + length : 0
  const out = await open(part, done > 0 ? 'a' : 'w')
  try {
    for await (const bytes of chunks(response)) {
      await out.write(bytes)
      done += bytes.length
      onProgress?.(done, total)
    }
    await out.sync()
  } finally {
    await out.close()
  }
  if (total > 0 && done < total) throw new Retry(`the connection ended after ${done} of ${total} bytes`)
}

async function request(url, from) {
  // Ranges count the bytes as stored: no content coding.
  const headers = { 'accept-encoding': 'identity', ...(from > 0 && { range: `bytes=${from}-` }) }
  try {
    return await fetch(url, { headers })
  } catch (error) {
    throw new Retry(error.cause?.message || error.message)
  }
}

async function* chunks(response) {
  const reader = response.body.getReader()
  for (;;) {
    const { done, value } = await reader.read().catch((error) => {
      throw new Retry(error.cause?.message || error.message)
    })
    if (done) return
    yield value
  }
}

async function hashOf(path, algorithm) {
  const hash = createHash(algorithm)
  for await (const chunk of createReadStream(path)) hash.update(chunk)
  return hash
}

const sizeOf = (path) =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  )
