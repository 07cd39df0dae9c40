/** A measure with four digits worth reading: `0.01234`, `1.234e-5`. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return 'none'
  if (value === 0) return '0'
  return Math.abs(value) >= 1e-3 && Math.abs(value) < 1e4
    ? String(Number(value.toPrecision(4)))
    : value.toExponential(3)
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
