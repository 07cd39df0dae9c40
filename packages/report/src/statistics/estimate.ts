import { mean, sampleStandardDeviation } from 'simple-statistics'
import type { Estimate } from './analysis.js'
import { studentQuantile } from './student-t.js'

/** Fractions closer than this differ by rounding alone. */
export const ROUNDING = 1e-12

/**
 * Mean, standard deviation and 95 % t interval of the finite values; several `comparisons` share the 5 % (Bonferroni).
 * Undefined where there is no value.
 *
 * No interval where all values are equal: counts that happen to agree do not make the mean certain.
 */
export function estimate(
  measurements: readonly (number | undefined)[],
  comparisons = 1,
): Estimate | undefined {
  const values = measurements.filter(
    (value): value is number => value !== undefined && Number.isFinite(value),
  )
  const count = values.length
  if (count === 0) return undefined
  const centre = mean(values)
  if (count === 1) return { mean: centre, count }
  const spread = sampleStandardDeviation(values)
  const deviation = spread < ROUNDING * Math.max(1, Math.abs(centre)) ? 0 : spread
  if (deviation === 0) return { mean: centre, count, deviation }
  const half = (studentQuantile(1 - 0.025 / comparisons, count - 1) * deviation) / Math.sqrt(count)
  return { mean: centre, count, deviation, interval: [centre - half, centre + half] }
}
