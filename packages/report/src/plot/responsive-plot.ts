import type { TopLevelSpec } from 'vega-lite'
import { Html } from '../html/html.js'
import { renderVegaLite } from './render-vega-lite.js'

/** Room for a drawing, pixels. */
export interface PlotSize {
  readonly width: number
  readonly narrow: boolean
}

const WIDE: PlotSize = { width: 900, narrow: false }
const NARROW: PlotSize = { width: 326, narrow: true }

/** A drawing for wide screens and paper, and one for phones; style of the page shows one of them. */
export async function responsivePlot(spec: (size: PlotSize) => TopLevelSpec, label: string): Promise<Html> {
  const wide = await renderVegaLite(spec(WIDE), { label, className: 'wide' })
  const narrow = await renderVegaLite(spec(NARROW), { label, className: 'narrow' })
  return new Html(`${wide}\n${narrow}`)
}
