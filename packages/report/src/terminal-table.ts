import { layout } from './layout.js'
import { plainText } from './plain-text.js'
import type { ComparisonTable } from './summarise.js'
import { terminalRows } from './terminal-rows.js'

/**
 * A comparison as text for a terminal: aligned by display width, without colours, teachers on top, the best method
 * marked with `*`. Names lose their control characters. No line end at the end.
 */
export function terminalTable(table: ComparisonTable): string {
  const { header, rows, notes } = layout(table)
  const body = terminalRows(
    header.map((text) => plainText(text, NAME)),
    rows.map(({ name, best, cells }) => [`${plainText(name, NAME)}${best ? ' *' : ''}`, ...cells]),
  )
  return [body, '', ...notes.map((note) => plainText(note, NOTE))].join('\n').trimEnd()
}

const NAME = 40
const NOTE = 300
