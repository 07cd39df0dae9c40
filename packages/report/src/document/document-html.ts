import { htmlDetails, htmlFigure } from '../html/figure.js'
import { type Html, type HtmlValue, markup } from '../html/html.js'
import { htmlPage } from '../html/page.js'
import { htmlTable } from '../html/table.js'
import { plotsMissing } from '../plot/plots-missing.js'
import { responsivePlot } from '../plot/responsive-plot.js'
import type { ReportBlock, ReportDocument, ReportTable } from './document.js'

/**
 * A report as one self-contained page, its plots as SVG. The same bytes for the same report. Where the packages that draw plots are missing, it
 * says so and has the numbers of each plot as a table.
 */
export async function documentHtml({ title, lead, sections, footer }: ReportDocument): Promise<string> {
  const hasFigures = sections.some(({ blocks }) => blocks.some(({ kind }) => kind === 'figure'))
  const missing = hasFigures ? await plotsMissing() : undefined
  const rendered = []
  // One after the other: drawing is processor work, which does not overlap.
  for (const { blocks, ...section } of sections) {
    const content: Html[] = []
    for (const block of blocks) content.push(await blockHtml(block, missing === undefined))
    rendered.push({ ...section, content })
  }
  const paragraphs = (lines: readonly string[]): HtmlValue => lines.map((line) => markup`<p>${line}</p>\n`)
  const note = missing === undefined ? [] : [`There are no plots here: ${missing}`]
  return htmlPage({
    title,
    lead: paragraphs([...lead, ...note]),
    sections: rendered,
    footer: paragraphs(footer),
  })
}

async function blockHtml(block: ReportBlock, plots: boolean): Promise<Html> {
  switch (block.kind) {
    case 'heading':
      return markup`<h3>${block.text}</h3>\n`
    case 'text':
      return markup`<p>${block.text}</p>\n`
    case 'code':
      return markup`<pre tabindex="0"><code>${block.text}</code></pre>\n`
    case 'findings':
      return markup`<ul class="findings">${block.items.map(
        ({ text, tone }) => markup`<li${tone !== undefined && markup` class="${tone}"`}>${text}</li>\n`,
      )}</ul>\n`
    case 'notes': {
      const list = markup`<ul>${block.items.map((item) => markup`<li>${item}</li>\n`)}</ul>\n`
      return block.warning === true
        ? markup`<div class="warning" role="note">${list}</div>\n`
        : markup`<div class="note">${list}</div>\n`
    }
    case 'table':
      return block.folded === undefined
        ? tableHtml(block.table)
        : htmlDetails(block.folded, tableHtml(block.table))
    case 'figure': {
      const { title, caption, label, spec, table } = block
      if (!plots) return table === undefined ? markup`` : tableHtml(table)
      const data = table === undefined ? {} : { table: tableHtml(table) }
      return htmlFigure({ title, caption, plot: await plotHtml(spec, label), ...data })
    }
  }
}

/** An error in one plot costs that plot alone. */
async function plotHtml(...[spec, label]: Parameters<typeof responsivePlot>): Promise<Html> {
  try {
    return await responsivePlot(spec, label)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return markup`<p class="warning" role="note">This plot could not be drawn: ${reason}</p>\n`
  }
}

const tableHtml = ({ caption, columns, rows, strong }: ReportTable): Html =>
  htmlTable({ caption, columns, rows, strong: new Set(strong) })
