import type { LogitTable } from './logit-table.js'
import { sampleMeasures } from './sample-measures.js'

/** Means over the samples of a set at one temperature. */
export interface DarkKnowledge {
  readonly temperature: number
  /** Mean `p_y`. */
  readonly trueProbability: number
  readonly derivedAverage: number
  readonly derivedVariance: number
  /** Mean of each sample's square root of the derived variance; the authors' figures show this one. */
  readonly derivedStandardDeviation: number
  readonly inherentVariance: number
}

/** The temperature axis of the authors' figures: 0.05, 0.1, 0.25, 0.4, then 0.5 to 10 by 0.5. */
export const TEMPERATURE_AXIS: readonly number[] = [
  ...[0.05, 0.1, 0.25, 0.4],
  ...Array.from({ length: 20 }, (_, i) => (i + 1) / 2),
]

/** Means of the dark knowledge of a set: `p_y`, derived average, derived variance and its root, inherent variance. */
export function darkKnowledge(table: LogitTable, temperature: number): DarkKnowledge {
  const samples = sampleMeasures(table, temperature)
  return {
    temperature,
    trueProbability: meanOf(samples.trueProbability),
    derivedAverage: meanOf(samples.derivedAverage),
    derivedVariance: meanOf(samples.derivedVariance),
    derivedStandardDeviation: meanOf(samples.derivedVariance.map(Math.sqrt)),
    inherentVariance: meanOf(samples.inherentVariance),
  }
}

const meanOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length
