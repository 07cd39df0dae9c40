import { createHash } from 'node:crypto'
import { type Stats, closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'

/** Bytes a weight file or a table of logits may have. */
const MOST_BYTES = 2 ** 31 - 1
const CHUNK = 2 ** 20

/** Why a file is not read: what is there instead. */
export interface Unreadable {
  readonly problem: string
  /** There is nothing. */
  readonly missing?: true
}

/** A file that is open for reading; close its descriptor. */
export interface OpenFile {
  readonly descriptor: number
  readonly stats: Stats
}

/**
 * Opens a file for reading, if it is one: never waits for a pipe, and reads no device. With `links: 'refused'`, a link is
 * no file either.
 */
export function openRegular(
  path: string,
  { links = 'followed' }: { readonly links?: 'followed' | 'refused' } = {},
): OpenFile | Unreadable {
  // Windows has neither of these.
  const { O_RDONLY, O_NONBLOCK = 0, O_NOFOLLOW = 0 } = constants as Partial<typeof constants>
  const flags = (O_RDONLY ?? 0) | O_NONBLOCK | (links === 'refused' ? O_NOFOLLOW : 0)
  let descriptor: number
  try {
    descriptor = openSync(path, flags)
  } catch (cause) {
    return whyNot(cause, links === 'refused')
  }
  const stats = fstatSync(descriptor)
  if (stats.isFile()) return { descriptor, stats }
  closeSync(descriptor)
  return { problem: `it is a ${stats.isDirectory() ? 'folder' : stats.isFIFO() ? 'pipe' : 'device'}` }
}

function whyNot(cause: unknown, linksRefused: boolean): Unreadable {
  const { code, message } = cause as NodeJS.ErrnoException
  if (code === 'ENOENT' || code === 'ENOTDIR') return { problem: 'it is missing', missing: true }
  if (code === 'ELOOP') return { problem: linksRefused ? 'it is a link' : 'its links lead in a circle' }
  return { problem: message }
}

/** The bytes of a file, at most `most` of them. Never throws. */
export const readRegular = (
  path: string,
  most: number = MOST_BYTES,
): { readonly bytes: Buffer } | Unreadable =>
  using(path, most, ({ descriptor, stats }) => ({ bytes: readAll(descriptor, stats.size) }))

/** The first bytes of a file, at most `length` of them. Never throws. */
export const readStartOf = (path: string, length: number): { readonly bytes: Buffer } | Unreadable =>
  using(path, Infinity, ({ descriptor, stats }) => ({
    bytes: readAll(descriptor, Math.min(length, stats.size)),
  }))

/** The sha256 of a file, hexadecimal, in little memory. Never throws. */
export const hashRegular = (path: string): { readonly sha256: string } | Unreadable =>
  using(path, MOST_BYTES, (file) => ({ sha256: hashOf(file) }))

/** The bytes of a file that has this sha256; no other is held in memory. Never throws. */
export const readVerified = (path: string, sha256: string): { readonly bytes: Buffer } | Unreadable =>
  using(path, MOST_BYTES, (file) =>
    hashOf(file) === sha256
      ? { bytes: readAll(file.descriptor, file.stats.size) }
      : { problem: 'its checksum differs' },
  )

function using<T>(path: string, most: number, read: (file: OpenFile) => T | Unreadable): T | Unreadable {
  const file = openRegular(path)
  if ('problem' in file) return file
  try {
    const { size } = file.stats
    return size > most ? { problem: `it has ${size} bytes, more than ${most}` } : read(file)
  } catch (cause) {
    return { problem: (cause as Error).message }
  } finally {
    closeSync(file.descriptor)
  }
}

function readAll(descriptor: number, size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size)
  let length = 0
  while (length < size) {
    const read = readSync(descriptor, bytes, length, size - length, length)
    if (read === 0) break
    length += read
  }
  return bytes.subarray(0, length)
}

function hashOf({ descriptor }: OpenFile): string {
  const hash = createHash('sha256')
  const chunk = Buffer.allocUnsafe(CHUNK)
  for (let at = 0; ;) {
    const read = readSync(descriptor, chunk, 0, CHUNK, at)
    if (read === 0) return hash.digest('hex')
    hash.update(chunk.subarray(0, read))
    at += read
  }
}
