import { seriesColour } from '../html/colours.js'

/** Colours of named series, in the order of the names; for the `scale` of a channel. */
export const seriesScale = (names: readonly string[]): { domain: string[]; range: string[] } => ({
  domain: [...names],
  range: names.map((_, i) => seriesColour(i)),
})

/** Shapes tell more series apart than there are colours. */
export const SHAPES = ['circle', 'square', 'triangle-up', 'diamond', 'cross', 'triangle-down']
