import { mean, sampleStandardDeviation } from 'simple-statistics'

/** Mean and standard deviation over seeds. */
export interface Spread {
  readonly mean: number
  /** Sample standard deviation (divided by n - 1); absent for one value. */
  readonly deviation?: number
  readonly count: number
}

/** Mean and standard deviation; undefined without values. */
export function spread(values: readonly number[]): Spread | undefined {
  if (values.length === 0) return undefined
  const all = [...values]
  return all.length === 1
    ? { mean: mean(all), count: 1 }
    : { mean: mean(all), deviation: sampleStandardDeviation(all), count: all.length }
}
