import quantile from '@stdlib/stats-base-dists-t-quantile'
import { mean, sampleStandardDeviation } from 'simple-statistics'
import type { Estimate } from './analysis.js'

/** Below this, fractions that differ do so by rounding. */
export const ROUNDING = 1e-12

/** Mean, standard deviation and 95 % t interval of the values that are numbers. Undefined where there is none. */
export function estimate(given: readonly (number | undefined)[]): Estimate | undefined {
  const values = given.filter((value): value is number => value !== undefined && Number.isFinite(value))
  const count = values.length
  if (count === 0) return undefined
  const centre = mean(values)
  if (count === 1) return { mean: centre, count }
  const measured = sampleStandardDeviation(values)
  const deviation = measured < ROUNDING * Math.max(1, Math.abs(centre)) ? 0 : measured
  const half = (quantile(0.975, count - 1) * deviation) / Math.sqrt(count)
  return { mean: centre, count, deviation, interval: [centre - half, centre + half] }
}
