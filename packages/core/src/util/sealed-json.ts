import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { canonicalJson } from './canonical-json.js'
import { omit } from './omit.js'

/** The sha256 of bytes or text, hexadecimal. */
export const sha256Of = (data: Uint8Array | string): string => createHash('sha256').update(data).digest('hex')

/** JSON text of an object with `checksum`, the sha256 of the canonical JSON of all other keys. */
export function sealedJson(value: object, indent = 2): string {
  // What JSON makes of it: NaN becomes null.
  const plain = JSON.parse(JSON.stringify(value)) as object
  return `${JSON.stringify({ ...plain, checksum: sha256Of(canonicalJson(plain)) }, null, indent)}\n`
}

/** The content of a sealed file, or what is wrong with it. */
export type Opened =
  | { readonly value: Readonly<Record<string, unknown>> }
  | { readonly problem: string; readonly missing?: true }

/** Parses sealed JSON and compares its checksum. */
export function openSealed(text: string): Opened {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return { problem: text.trim() === '' ? 'it is empty' : 'it is not JSON' }
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    return { problem: 'it is not a JSON object' }
  const { checksum } = parsed as { readonly checksum?: unknown }
  if (checksum === undefined) return { problem: 'it has no checksum' }
  const value = omit(parsed as Record<string, unknown>, ['checksum'])
  if (checksum !== sha256Of(canonicalJson(value))) return { problem: 'its checksum differs' }
  return { value }
}

/** The same of a file; `missing` where there is none. */
export function readSealed(path: string): Opened {
  try {
    return openSealed(readFileSync(path, 'utf8'))
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    return code === 'ENOENT' ? { problem: 'it is missing', missing: true } : { problem: message }
  }
}
