import { seriesColour } from '../html/colours.js'

/** A `scale` that maps every name to a value. */
interface NamedScale {
  readonly domain: readonly string[]
  readonly range: readonly string[]
}

/** Colours of named series, in the order of the names. */
export const seriesScale = (names: readonly string[]): NamedScale => ({
  domain: names,
  range: names.map((_, i) => seriesColour(i)),
})

const SHAPES = [
  'circle',
  'square',
  'triangle-up',
  'diamond',
  'triangle-down',
  'cross',
  'triangle-right',
  'triangle-left',
]

/** Shapes of named series; two series that share a colour have different shapes. */
export const shapeScale = (names: readonly string[]): NamedScale => ({
  domain: names,
  // The index is below the number of shapes.
  range: names.map((_, i) => SHAPES[(i + Math.floor(i / SHAPES.length)) % SHAPES.length]!),
})
