import type { TopLevelSpec } from 'vega-lite'
import { Html } from '../html/html.js'
import { renderVegaLite } from './render-vega-lite.js'

/** Room for a drawing, pixels. */
export interface PlotSize {
  readonly width: number
  readonly narrow: boolean
}

/** A vega-lite specification. */
export type PlotSpec = TopLevelSpec

/**
 * A specification built from pieces. Their literal types are too many for vega-lite's unions to be told apart by the
 * compiler; vega-lite itself says what is wrong with them when they are drawn, and every plot here is drawn by a test.
 */
export const plotSpec = (spec: object): PlotSpec => spec as PlotSpec

const WIDE: PlotSize = { width: 960, narrow: false }
const NARROW: PlotSize = { width: 326, narrow: true }

/** A drawing for wide screens and paper, and one for phones; style of the page shows one of them. */
export async function responsivePlot(spec: (size: PlotSize) => PlotSpec, label: string): Promise<Html> {
  const wide = await renderVegaLite(spec(WIDE), { label, className: 'wide' })
  const narrow = await renderVegaLite(spec(NARROW), { label, className: 'narrow' })
  return new Html(`${wide}\n${narrow}`)
}
