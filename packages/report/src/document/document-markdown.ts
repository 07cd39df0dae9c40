import { cleanText } from '../clean-text.js'
import { escapeMarkdown } from '../escape-markdown.js'
import type { ReportBlock, ReportDocument, ReportTable } from './document.js'

/** A report as GitHub-flavoured Markdown, with tables in place of plots. */
export function documentMarkdown({ title, lead, sections, footer }: ReportDocument): string {
  return `${[
    `# ${escapeMarkdown(title)}`,
    ...lead.map((line) => escapeMarkdown(line)),
    ...sections.flatMap((section) => [
      `## ${escapeMarkdown(section.title)}`,
      ...section.blocks.map(blockMarkdown).filter((text) => text !== ''),
    ]),
    ...(footer.length === 0 ? [] : ['---', ...footer.map((line) => escapeMarkdown(line))]),
  ].join('\n\n')}\n`
}

function blockMarkdown(block: ReportBlock): string {
  switch (block.kind) {
    case 'heading':
      return `### ${escapeMarkdown(block.text)}`
    case 'text':
      return escapeMarkdown(block.text)
    case 'code':
      return codeSpan(block.text)
    case 'findings':
      return list(
        block.items.map(({ text, tone }) =>
          tone === 'headline' ? `**${escapeMarkdown(text)}**` : escapeMarkdown(text),
        ),
      )
    case 'notes':
      return list(block.items.map((item) => escapeMarkdown(item)))
    case 'table':
      return tableMarkdown(block.table)
    case 'figure':
      return block.table === undefined ? '' : tableMarkdown(block.table)
  }
}

const list = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n')

/** A table with its caption as a line above. */
function tableMarkdown({ caption, columns, rows, strong = [] }: ReportTable): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const cell = (text: string, row: number) => {
    const escaped = escapeMarkdown(text)
    return strong.includes(row) && escaped !== '' ? `**${escaped}**` : escaped
  }
  return [
    escapeMarkdown(caption),
    '',
    line(columns.map(({ title }) => escapeMarkdown(title))),
    line(columns.map(({ numeric }) => (numeric === true ? '--:' : ':--'))),
    ...rows.map((cells, row) => line(cells.map((text) => cell(text, row)))),
  ].join('\n')
}

/** A code block whose fence no run of backticks in the text can close. */
function codeSpan(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  // Nothing is markup in a fence: only line ends and control characters must go.
  return `${fence}\n${cleanText(text)}\n${fence}`
}
