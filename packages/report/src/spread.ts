import { mean, sampleStandardDeviation } from 'simple-statistics'

/** Mean over seeds, and how far apart they lie. */
export interface Spread {
  readonly mean: number
  /** Sample standard deviation (divided by n - 1); absent for one value. */
  readonly deviation?: number
  readonly count: number
}

/** Undefined where there is no value. */
export function spread(values: readonly number[]): Spread | undefined {
  if (values.length === 0) return undefined
  const all = [...values]
  return all.length === 1
    ? { mean: mean(all), count: 1 }
    : { mean: mean(all), deviation: sampleStandardDeviation(all), count: all.length }
}
