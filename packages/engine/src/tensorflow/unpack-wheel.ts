import { UmbraError } from '@umbra/core'
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { basename, dirname, resolve, sep } from 'node:path'
import { Transform } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { crc32 } from 'node:zlib'
import { type Entry, type ZipFile, openPromise } from 'yauzl'
import { cacheError } from '../cache-error.js'

export interface UnpackOptions {
  /** Which entries to write, by their path inside the archive. */
  readonly isIncluded: (path: string) => boolean
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: (done: number, total: number) => void
  /** Throws if there is no space for `bytes`. Called before anything is written. */
  readonly reserve?: (bytes: number) => Promise<void>
  readonly limits?: UnpackLimits
}

export interface UnpackLimits {
  readonly entries: number
  /** Unpacked bytes of all included entries. */
  readonly bytes: number
}

const LIMITS: UnpackLimits = { entries: 100_000, bytes: 8 * 2 ** 30 }

/**
 * Writes the included entries of a zip archive under a folder; returns their paths inside the archive. Names that would leave the
 * folder, links, encrypted entries and archives beyond the limits are refused before anything is written; sizes and checksums
 * are verified while writing. Throws UMBRA_ARCHIVE, UMBRA_DISK_FULL, UMBRA_READ_ONLY.
 */
export async function unpackWheel(
  archive: string,
  folder: string,
  { isIncluded, signal, onProgress, reserve, limits = LIMITS }: UnpackOptions,
): Promise<string[]> {
  const zip = await openZip(archive)
  try {
    const entries = await listEntries(zip, archive, isIncluded, limits)
    const total = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0)
    await reserve?.(total)
    let done = 0
    for (const entry of entries) {
      signal?.throwIfAborted()
      await writeEntry(zip, archive, entry, inside(folder, entry.fileName, archive), signal, (bytes) => {
        done += bytes
        onProgress?.(done, total)
      })
    }
    return entries.map((entry) => entry.fileName)
  } finally {
    zip.close()
  }
}

/** The METADATA of a wheel. Throws UMBRA_ARCHIVE. */
export async function readMetadata(archive: string): Promise<string> {
  const zip = await openZip(archive)
  try {
    const isMetadata = (path: string): boolean => /^[^/]+\.dist-info\/METADATA$/.test(path)
    const [entry] = await listEntries(zip, archive, isMetadata, { ...LIMITS, bytes: 2 ** 20 })
    if (entry === undefined) throw damaged(archive, 'a wheel with METADATA', 'none')
    return await text(await zip.openReadStreamPromise(entry))
  } catch (cause) {
    throw cause instanceof UmbraError ? cause : damaged(archive, 'an undamaged zip archive', cause)
  } finally {
    zip.close()
  }
}

async function openZip(archive: string): Promise<ZipFile> {
  try {
    return await openPromise(archive, { autoClose: false, lazyEntries: true, strictFileNames: true })
  } catch (cause) {
    throw damaged(archive, 'a zip archive', cause)
  }
}

async function listEntries(
  zip: ZipFile,
  archive: string,
  isIncluded: UnpackOptions['isIncluded'],
  limits: UnpackLimits,
): Promise<Entry[]> {
  if (zip.entryCount > limits.entries) throw tooBig(archive, `${zip.entryCount} entries`)
  const entries: Entry[] = []
  let bytes = 0
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith('/') || !isIncluded(entry.fileName)) continue
      const kind = (entry.externalFileAttributes >>> 16) & 0o170000
      if (kind !== 0 && kind !== 0o100000) throw damaged(archive, 'plain files', `${entry.fileName}: a link`)
      if (!entry.canDecodeFileData()) throw damaged(archive, 'readable entries', entry.fileName)
      bytes += entry.uncompressedSize
      if (bytes > limits.bytes) throw tooBig(archive, `more than ${limits.bytes} bytes unpacked`)
      entries.push(entry)
    }
  } catch (cause) {
    throw cause instanceof UmbraError ? cause : damaged(archive, 'an undamaged zip archive', cause)
  }
  return entries
}

async function writeEntry(
  zip: ZipFile,
  archive: string,
  entry: Entry,
  target: string,
  signal: AbortSignal | undefined,
  count: (bytes: number) => void,
): Promise<void> {
  let sum = 0
  const watch = new Transform({
    transform: (chunk: Buffer, _encoding, next) => {
      sum = crc32(chunk, sum)
      count(chunk.length)
      next(null, chunk)
    },
  })
  try {
    await mkdir(dirname(target), { recursive: true })
    const source = await zip.openReadStreamPromise(entry)
    await pipeline(source, watch, createWriteStream(target), signal === undefined ? {} : { signal })
  } catch (cause) {
    if (signal?.aborted === true) throw cause
    const system = cause instanceof Error && 'syscall' in cause
    throw system ? cacheError(target, cause) : damaged(archive, 'an undamaged zip archive', cause)
  }
  if (sum !== entry.crc32) throw damaged(archive, `checksum ${entry.crc32} of ${entry.fileName}`, String(sum))
}

/** A second check: yauzl refuses absolute names and `..` too. */
function inside(folder: string, name: string, archive: string): string {
  const root = resolve(folder)
  const target = resolve(root, name)
  if (!target.startsWith(root + sep)) throw damaged(archive, 'names inside the archive', name)
  return target
}

const tooBig = (archive: string, received: string): UmbraError =>
  damaged(archive, 'an archive of ordinary size', received)

function damaged(archive: string, expected: string, problem: unknown): UmbraError {
  const received = problem instanceof Error ? problem.message : String(problem)
  return new UmbraError('UMBRA_ARCHIVE', {
    subject: basename(archive),
    expected,
    received,
    remedy: 'Delete the file and download it again',
    cause: problem instanceof Error ? problem : undefined,
  })
}
