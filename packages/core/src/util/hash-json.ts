import { createHash } from 'node:crypto'

/** Characters that are hashed at once. */
const PIECE = 1 << 16
/** The property names that objects put first, in the order of numbers. */
const INDEX = /^(?:0|[1-9]\d{0,9})$/
const LARGEST_INDEX = 2 ** 32 - 2

/**
 * The sha256 of `canonicalJson` of a value that JSON.parse gave, hexadecimal: in little memory, and in time that grows with its
 * size alone.
 */
export function hashJson(value: unknown): string {
  const hash = createHash('sha256')
  let piece = ''
  const add = (text: string): void => {
    piece += text
    if (piece.length < PIECE) return
    hash.update(piece)
    piece = ''
  }
  const visit = (item: unknown): void => {
    if (typeof item !== 'object' || item === null) add(JSON.stringify(item))
    else if (Array.isArray(item)) {
      let before = '['
      for (const inner of item) {
        add(before)
        visit(inner)
        before = ','
      }
      add(before === '[' ? '[]' : ']')
    } else {
      let before = '{'
      for (const key of sortedKeys(item)) {
        add(`${before}${JSON.stringify(key)}:`)
        visit((item as Readonly<Record<string, unknown>>)[key])
        before = ','
      }
      add(before === '{' ? '{}' : '}')
    }
  }
  visit(value)
  return hash.update(piece).digest('hex')
}

function sortedKeys(item: object): string[] {
  const indices: string[] = []
  const names: string[] = []
  for (const key of Object.keys(item))
    (INDEX.test(key) && Number(key) <= LARGEST_INDEX ? indices : names).push(key)
  // Without a comparison of its own, sort goes by code units.
  return [...indices, ...names.sort()]
}
