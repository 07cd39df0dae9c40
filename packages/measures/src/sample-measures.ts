import { type LogitTable, rowOf } from './logit-table.js'

/** Dark knowledge of each sample at one temperature, float64, each `[samples]`. */
export interface SampleMeasures {
  /** `p_y`, 0 to 1. */
  readonly trueProbability: Float64Array
  /** `e(q) = sum_{c != y} p_c / (C - 1)`, 0 to `1 / (C - 1)`. */
  readonly derivedAverage: Float64Array
  /** `v(q) = mean_{c != y} (p_c - e(q))^2`. */
  readonly derivedVariance: Float64Array
  /** `v(q~)`, `q~` the softmax over the wrong classes alone. */
  readonly inherentVariance: Float64Array
}

/**
 * Dark knowledge of each sample of a table, `p = softmax(z / T)`: in float64 on the host, variances over the `C - 1` wrong classes.
 *
 * Sums the wrong classes directly, which stays exact where `p_y` rounds to 1.
 *
 * @param temperature T, above 0
 * @param labelTemperature of the labelled class only, as in asymmetric temperature scaling; T by default
 * @see Li et al., arXiv 2210.04427
 */
export function sampleMeasures(
  table: LogitTable,
  temperature: number,
  labelTemperature: number = temperature,
): SampleMeasures {
  const { labels, classes } = table
  const samples = labels.length
  const out = {
    trueProbability: new Float64Array(samples),
    derivedAverage: new Float64Array(samples),
    derivedVariance: new Float64Array(samples),
    inherentVariance: new Float64Array(samples),
  }
  const mass = new Float64Array(classes)
  // A label is a class, and a row has all classes: no index below leaves its array.
  for (const [i, label] of labels.entries()) {
    const row = rowOf(table, i)
    let top = -Infinity
    for (let c = 0; c < classes; c++) if (c !== label && row[c]! > top) top = row[c]!
    // Masses relative to the largest wrong class: no wrong row is all zeros, however low the temperature.
    let wrong = 0
    for (let c = 0; c < classes; c++) {
      if (c === label) continue
      mass[c] = Math.exp((row[c]! - top) / temperature)
      wrong += mass[c]!
    }
    // p_y / (1 - p_y) may be infinite; then the wrong classes have no probability.
    const odds = Math.exp(row[label]! / labelTemperature - top / temperature) / wrong
    const rest = 1 / (1 + odds)
    const mean = 1 / (classes - 1)
    let squares = 0
    for (let c = 0; c < classes; c++) if (c !== label) squares += (mass[c]! / wrong - mean) ** 2
    const inherent = squares * mean
    out.trueProbability[i] = odds === Infinity ? 1 : odds * rest
    out.derivedAverage[i] = rest * mean
    out.derivedVariance[i] = rest * rest * inherent
    out.inherentVariance[i] = inherent
  }
  return out
}
