import { createHash } from 'node:crypto'
import { hashJson } from './hash-json.js'
import { omit } from './omit.js'
import { parseJson } from './parse-json.js'
import { readRegular, type Unreadable } from './regular-file.js'

/** Bytes of a sealed file: those of a record of 500 arms of 300 epochs. */
const MOST_BYTES = 64 * 2 ** 20

/** The sha256 of bytes or text, hexadecimal. */
export const sha256Of = (data: Uint8Array | string): string => createHash('sha256').update(data).digest('hex')

/** JSON text of an object with `checksum`, the sha256 of the canonical JSON of all other keys. */
export function sealedJson(value: object, indent = 2): string {
  // What JSON makes of it: NaN becomes null.
  const plain = JSON.parse(JSON.stringify(value)) as object
  return `${JSON.stringify({ ...plain, checksum: hashJson(plain) }, null, indent)}\n`
}

/** The content of a sealed file, or what is wrong with it. */
export type Opened = { readonly value: Readonly<Record<string, unknown>> } | Unreadable

/** Parses sealed JSON and compares its checksum. */
export function openSealed(text: string): Opened {
  const read = parseJson(text)
  if ('problem' in read) return read
  const parsed = read.value
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    return { problem: 'it is not a JSON object' }
  const { checksum } = parsed as { readonly checksum?: unknown }
  if (checksum === undefined) return { problem: 'it has no checksum' }
  const value = omit(parsed as Record<string, unknown>, ['checksum'])
  if (checksum !== hashJson(value)) return { problem: 'its checksum differs' }
  return { value }
}

/** The same of a file of at most `most` bytes; `missing` where there is none. Never throws. */
export function readSealed(path: string, most?: number): Opened {
  const read = readSealedText(path, most)
  return 'text' in read ? openSealed(read.text) : read
}

/** The text of a sealed file, for who has to look at one that is not intact. Never throws. */
export function readSealedText(
  path: string,
  most: number = MOST_BYTES,
): { readonly text: string } | Unreadable {
  const read = readRegular(path, most)
  return 'bytes' in read ? { text: read.bytes.toString('utf8') } : read
}
