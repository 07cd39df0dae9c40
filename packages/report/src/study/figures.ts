/** A measure with four digits worth reading: `0.01234`, `−1.5`, `1.234e-5`. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return 'none'
  if (value === 0) return '0'
  const size = Math.abs(value)
  const text = size >= 1e-3 && size < 1e4 ? String(Number(size.toPrecision(4))) : size.toExponential(3)
  return value < 0 ? `−${text}` : text
}

/** Terms with their signs: `0.02 + 1.1 − 0.9`. */
export function sum([first, ...rest]: readonly [number, ...number[]]): string {
  return rest.reduce(
    (text, value) => `${text} ${value < 0 ? '−' : '+'} ${figure(Math.abs(value))}`,
    figure(first),
  )
}

/** Titles of the measures of a sample, as tables and plots show them. */
export const MEASURES = {
  trueProbability: 'p_y',
  derivedAverage: 'derived average',
  derivedVariance: 'derived variance',
  derivedStandardDeviation: 'derived std',
  inherentVariance: 'inherent variance',
} as const

export type MeasureName = keyof typeof MEASURES
export const MEASURE_NAMES = Object.keys(MEASURES) as readonly MeasureName[]
