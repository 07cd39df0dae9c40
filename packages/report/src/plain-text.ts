import { stripVTControlCharacters } from 'node:util'

// Control and format characters (line ends, escapes, bidirectional overrides), halves of pairs, line separators.
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu

/** One line of untrusted text that does nothing to a terminal, cut to `length` characters. */
export function plainText(text: string, length = 60): string {
  const line = stripVTControlCharacters(text).replace(UNSAFE, ' ').replace(/\s+/gu, ' ').trim()
  const characters = Array.from(line)
  return characters.length <= length ? line : `${characters.slice(0, length - 1).join('')}…`
}
