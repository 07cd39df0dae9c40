import { seriesColour } from '../html/colours.js'

/** A `scale` of a channel that gives every name a value. */
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

/** Shapes of named series; one that gets a colour a second time has another shape than the first. */
export const shapeScale = (names: readonly string[]): NamedScale => ({
  domain: names,
  range: names.map((_, i) => SHAPES[(i + Math.floor(i / SHAPES.length)) % SHAPES.length]!),
})
