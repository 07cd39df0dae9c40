import CliTable from 'cli-table3'

/** Rows aligned by display width, the first column to the left, the others to the right. Takes clean text. */
export function terminalRows(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new CliTable({
    head: [...head],
    colAligns: head.map((_, column) => (column === 0 ? 'left' : 'right')),
    chars: BORDERLESS,
    style: { head: [], border: [], 'padding-left': 2, 'padding-right': 0, compact: true },
  })
  for (const row of rows) table.push([...row])
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}

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
