import { stripVTControlCharacters } from 'node:util'
import { cleanText } from './clean-text.js'

/** One line of untrusted text without terminal escapes, cut to `length` characters. */
export function plainText(text: string, length = 60): string {
  const line = cleanText(stripVTControlCharacters(text)).trim()
  const characters = Array.from(line)
  return characters.length <= length ? line : `${characters.slice(0, length - 1).join('')}…`
}
