/** Levels; a configuration may have 100, and records hold its options. */
const MOST_DEPTH = 200
const MOST_VALUES = 3_000_000
/** Keys of one object. */
const MOST_KEYS = 100_000

/** A value of JSON text, or why there is none. */
export type ParsedJson = { readonly value: unknown } | { readonly problem: string }

/** Parses text that may be anything. Its depth and number of values are bounded before anything is built. Never throws. */
export function parseJson(text: string): ParsedJson {
  const problem = boundsProblem(text)
  if (problem !== undefined) return { problem }
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return { problem: text.trim() === '' ? 'it is empty' : 'it is not JSON' }
  }
}

function boundsProblem(text: string): string | undefined {
  /** Commas in each open object so far; undefined for lists. */
  const open: (number | undefined)[] = []
  let values = 0
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '"') at = endOfString(text, at)
    else if (character === '[' || character === '{') {
      if (open.push(character === '{' ? 0 : undefined) > MOST_DEPTH)
        return `it is nested deeper than ${MOST_DEPTH}`
      values += 1
    } else if (character === ']' || character === '}') open.pop()
    else if (character === ',') {
      values += 1
      const level = open.length - 1
      const commas = open[level]
      if (commas === undefined) continue
      if (commas + 2 > MOST_KEYS) return `it has an object of more than ${MOST_KEYS} keys`
      open[level] = commas + 1
    }
    if (values > MOST_VALUES) return `it has more than ${MOST_VALUES} values`
  }
  return undefined
}

/** Index of the quote that closes the string that starts at `start`. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; ;) {
    const quote = text.indexOf('"', at)
    if (quote < 0) return text.length
    let slashes = 0
    while (text[quote - 1 - slashes] === '\\') slashes += 1
    if (slashes % 2 === 0) return quote
    at = quote + 1
  }
}
