/**
 * A text that may come from a file, safe to print on one line: control characters, terminal sequences and marks that
 * reorder text are spelled out, line breaks become spaces, and the middle of a long one is left out.
 */
export function plainText(text: string, limit: number): string {
  const short = text.length <= limit ? text : shortened(text, limit)
  return short.replace(/[\t\n\r]+\s*/g, ' ').replace(HIDDEN, spelled)
}

/** Control characters, line separators, directional marks and lone halves of pairs. */
const HIDDEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

const spelled = (character: string): string =>
  `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`

const shortened = (text: string, limit: number): string => {
  const head = Math.ceil(0.7 * limit)
  return `${text.slice(0, head)} … ${text.slice(text.length - (limit - head))}`
}
