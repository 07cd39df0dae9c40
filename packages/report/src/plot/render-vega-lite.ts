import { createHash } from 'node:crypto'
import type { TopLevelSpec } from 'vega-lite'
import { markup } from '../html/html.js'
import { inertNames } from './inert-names.js'
import { loadVega } from './load-vega.js'
import { slimSvg } from './slim-svg.js'
import { measureTexts } from './text-width.js'
import { FONT, plotTheme } from './theme.js'

/** The title and description inside an SVG. */
export interface PlotOptions {
  /** What the plot shows, for readers who cannot see it. */
  readonly label: string
  /** CSS class of the plot in its page. */
  readonly className?: string
}

/**
 * Draws a vega-lite specification as SVG: no canvas, no browser, the same bytes for the same specification. Values of
 * the data are text and never markup; specifications are code and must not come from untrusted sources. Throws UMBRA_PACKAGE_MISSING.
 */
export async function renderVegaLite(spec: object, { label, className }: PlotOptions): Promise<string> {
  const { vega, compile } = await loadVega()
  measureTexts(vega)
  const { spec: compiled } = compile(inertNames(spec) as TopLevelSpec, { config: plotTheme })
  const view = new vega.View(vega.parse(compiled), { renderer: 'none', logLevel: vega.Error })
  try {
    const svg = slimSvg(await view.toSVG())
    const [, width, height] = /width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? []
    const body = uniqueIds(svg.replace(/^<svg[^>]*>/, ''), `${className ?? ''} ${label}`)
    const role = markup`role="img" aria-label="${label}"`
    const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`
    const look = className === undefined ? '' : markup` class="${className}"`.text
    return `<svg xmlns="http://www.w3.org/2000/svg" ${role.text}${look} ${size} font-family="${FONT}">${body}`
  } finally {
    view.finalize()
  }
}

/** Ids must be unique in the page, and vega numbers them per process: they are derived from the plot itself. */
function uniqueIds(svg: string, name: string): string {
  const numbers = new Map<string, number>()
  const numbered = svg.replace(/(\bid="|url\(#)([a-z_]+\d+)/g, (_, before: string, id: string) => {
    const number = numbers.get(id) ?? numbers.size
    numbers.set(id, number)
    return `${before}d-${number}`
  })
  const prefix = createHash('sha256').update(name).update(numbered).digest('hex').slice(0, 10)
  return numbered.replace(/(\bid="|url\(#)d-(\d+)/g, `$1d${prefix}-$2`)
}
