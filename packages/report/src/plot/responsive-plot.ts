import { Html } from '../html/html.js'
import { renderVegaLite } from './render-vega-lite.js'

/** Room for a plot, pixels. */
export interface PlotSize {
  readonly width: number
  readonly narrow: boolean
}

/**
 * A vega-lite specification, built from pieces whose literal types the compiler could not match with vega-lite's unions. Vega-lite reports
 * mistakes when it draws, and a test draws every plot.
 */
export type PlotSpec = object

const WIDE: PlotSize = { width: 960, narrow: false }
const NARROW: PlotSize = { width: 326, narrow: true }

/** A plot for wide screens and print, and one for phones; the page's style shows one of them. */
export async function responsivePlot(spec: (size: PlotSize) => PlotSpec, label: string): Promise<Html> {
  const wide = await renderVegaLite(spec(WIDE), { label, className: 'wide' })
  const narrow = await renderVegaLite(spec(NARROW), { label, className: 'narrow' })
  return new Html(`${wide}\n${narrow}`)
}
