import CliTable from 'cli-table3'
import { layout } from './layout.js'
import { plainText } from './plain-text.js'
import type { ComparisonTable } from './summarise.js'

/**
 * A comparison as text for a terminal: aligned by display width, without colours, teachers on top, the best method
 * marked with `*`. Names lose their control characters. No line end at the end.
 */
export function terminalTable(table: ComparisonTable): string {
  const { header, rows, notes } = layout(table)
  const lines = new CliTable({
    head: header.map((text) => plainText(text, NAME)),
    colAligns: header.map((_, column) => (column === 0 ? 'left' : 'right')),
    chars: BORDERLESS,
    style: { head: [], border: [], 'padding-left': 2, 'padding-right': 0, compact: true },
  })
  for (const { name, best, cells } of rows) {
    lines.push([`${plainText(name, NAME)}${best ? ' *' : ''}`, ...cells])
  }
  const body = lines
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
  return [...body, '', ...notes.map((note) => plainText(note, NOTE))].join('\n').trimEnd()
}

const NAME = 40
const NOTE = 300

const BORDERLESS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '─',
  'mid-mid': '─',
  right: '',
  'right-mid': '',
  middle: '',
}
