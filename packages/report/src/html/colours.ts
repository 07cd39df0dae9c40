/** Colours of series that colour-blind readers can tell apart (after Okabe and Ito), dark enough for white paper. */
const SERIES_LIGHT = [
  '#0072b2',
  '#d55e00',
  '#00855f',
  '#b5558c',
  '#2f8fce',
  '#b87c00',
  '#6b5bb5',
  '#6b6b6b',
  '#8a4b2f',
  '#7d7a00',
]
const SERIES_DARK = [
  '#56a8e0',
  '#f0813a',
  '#2fc396',
  '#e08fbd',
  '#8cc8f2',
  '#e8b13c',
  '#a99bf0',
  '#b0b0b0',
  '#d39a7c',
  '#c4c055',
]

const series = (colours: readonly string[]): Record<string, string> =>
  Object.fromEntries(colours.map((colour, i) => [`series-${i}`, colour]))

export const LIGHT_COLOURS: Readonly<Record<string, string>> = {
  paper: '#ffffff',
  card: '#f5f6f8',
  ink: '#1c2127',
  muted: '#57606a',
  line: '#d5d9de',
  faint: '#c9ced4',
  link: '#0a5ca8',
  good: '#00855f',
  bad: '#c04a00',
  warn: '#b87c00',
  ...series(SERIES_LIGHT),
}

export const DARK_COLOURS: Readonly<Record<string, string>> = {
  paper: '#14171a',
  card: '#1d2125',
  ink: '#e8eaed',
  muted: '#a3abb4',
  line: '#343a41',
  faint: '#4a525b',
  link: '#7ab8f5',
  good: '#2fc396',
  bad: '#f0813a',
  warn: '#e8b13c',
  ...series(SERIES_DARK),
}

/** Number of series colours; with more series, shapes or dashes tell them apart. */
export const SERIES_COLOURS = SERIES_LIGHT.length

/** A page colour for plots: follows light and dark mode, and is the light one in a plot on its own. */
export const colour = (name: string): string => `var(--${name},${LIGHT_COLOURS[name] ?? '#000'})`

/** Colour of the nth series. */
export const seriesColour = (index: number): string => colour(`series-${index % SERIES_COLOURS}`)
