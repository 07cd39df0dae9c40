import { plainText } from '../plain-text.js'
import { terminalRows } from '../terminal-rows.js'

/** A table for a terminal, below its title. Texts are untrusted. */
export const plainTable = (
  title: string,
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string =>
  [
    plainText(title, 200),
    terminalRows(
      header.map((text) => plainText(text, 40)),
      rows.map((row) => row.map((cell) => plainText(cell, 60))),
    ),
  ].join('\n')
