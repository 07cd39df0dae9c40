/** Limit of the format. */
const MAX_HEADER = 100 * 2 ** 20
/** Keys and values in a header; a file of a hundred thousand tensors stays below it. */
const MAX_VALUES = 2_000_000
const MAX_DEPTH = 3
const START = 8

/**
 * The header of a safetensors file, object by tensor name, and where the arrays start: a length in eight bytes, then JSON
 * in UTF-8 without repeated keys.
 */
export function readHeader(
  bytes: Uint8Array,
  fail: (received: string) => never,
): { readonly header: Readonly<Record<string, object>>; readonly start: number } {
  if (bytes.byteLength < START) return fail(`${bytes.byteLength} bytes`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = Number(view.getBigUint64(0, true))
  if (length > MAX_HEADER || START + length > bytes.byteLength)
    return fail(
      `a header of ${length} bytes in a file of ${bytes.byteLength}: truncated or of another format`,
    )
  const text = decodeText(bytes.subarray(START, START + length)) ?? fail('a header that is not UTF-8')
  checkText(text, fail)
  const header = parse(text) ?? fail('a header that is not JSON, or of something other than tensors')
  return { header, start: START + length }
}

function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** Bounds size and depth before anything is built, and refuses repeated keys, of which a parser would keep the last. */
function checkText(text: string, fail: (received: string) => never): void {
  const levels: Set<string>[] = []
  let values = 0
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '{' || character === '[') {
      if (levels.push(new Set()) > MAX_DEPTH) fail(`a header nested deeper than ${MAX_DEPTH}`)
    } else if (character === '}' || character === ']') levels.pop()
    else if (character === ',') {
      if (++values > MAX_VALUES) fail(`a header of more than ${MAX_VALUES} values`)
    } else if (character === '"') {
      const end = endOfString(text, at)
      const keys = levels.at(-1)
      if (keys !== undefined && isKey(text, end)) {
        const key = parseString(text.slice(at, end)) ?? fail('a header that is not JSON')
        if (keys.has(key)) fail(`the key "${key}" twice`)
        keys.add(key)
      }
      at = end - 1
    }
  }
}

/** Index after the closing quote of the string that starts at `start`. */
function endOfString(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at + 1
}

function isKey(text: string, after: number): boolean {
  let at = after
  while (/\s/.test(text[at] ?? '')) at++
  return text[at] === ':'
}

function parseString(literal: string): string | undefined {
  try {
    return JSON.parse(literal) as string
  } catch {
    return undefined
  }
}

function parse(text: string): Record<string, object> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    const proper = typeof value === 'object' && value !== null && !Array.isArray(value)
    if (!proper || !Object.values(value).every((entry) => typeof entry === 'object' && entry !== null))
      return undefined
    return value as Record<string, object>
  } catch {
    return undefined
  }
}
