import { escapeMarkdown } from './escape-markdown.js'
import { layout } from './layout.js'
import { plainText } from './plain-text.js'
import type { ComparisonTable } from './summarise.js'

/**
 * A comparison as a GitHub-flavoured Markdown table with its notes below, the best method in bold.
 * Names are escaped: they make neither columns nor HTML nor markup.
 */
export function markdownTable(table: ComparisonTable): string {
  const { header, rows, notes } = layout(table)
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const name = (text: string, best: boolean) => (best ? `**${escaped(text)}** \\*` : escaped(text))
  return [
    line(header.map((text) => escaped(text))),
    line(header.map((_, column) => (column === 0 ? ':--' : '--:'))),
    ...rows.map((row) => line([name(row.name, row.best), ...row.cells])),
    '',
    ...notes.map((note) => `- ${escaped(note, 300)}`),
  ]
    .join('\n')
    .trimEnd()
}

const escaped = (text: string, length?: number): string => escapeMarkdown(plainText(text, length))
