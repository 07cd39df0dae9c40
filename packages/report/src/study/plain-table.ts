import CliTable from 'cli-table3'
import { plainText } from '../plain-text.js'

const EDGES = [
  'top',
  'top-mid',
  'top-left',
  'top-right',
  'bottom',
  'bottom-mid',
  'bottom-left',
  'bottom-right',
]
const SIDES = ['left', 'left-mid', 'right', 'right-mid', 'middle']
const CHARS = {
  ...Object.fromEntries([...EDGES, ...SIDES].map((name) => [name, ''])),
  mid: '─',
  'mid-mid': '─',
}

/** A table for a terminal: a title, a header, names at the left and numbers flush right. Texts are untrusted. */
export function plainTable(
  title: string,
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const table = new CliTable({
    head: header.map((text) => plainText(text, 40)),
    colAligns: header.map((_, i) => (i === 0 ? 'left' : 'right')),
    chars: CHARS,
    style: { head: [], border: [], 'padding-left': 2, 'padding-right': 0, compact: true },
  })
  for (const row of rows) table.push(row.map((cell) => plainText(cell, 60)))
  const lines = table.toString().split('\n')
  return [plainText(title, 200), ...lines.map((line) => line.trimEnd())].join('\n')
}
