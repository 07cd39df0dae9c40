import type { MetricInput } from '@umbra/core'

/** Right and wrong answers of each class. */
export interface ClassCounts {
  /** Images of the class. */
  readonly samples: number
  /** Images that were given the class. */
  readonly given: number
  /** Those of both. */
  readonly right: number
}

/** Class with the largest logit, `[samples]`; -1 for a row that is not finite, which is never right. */
const predictions = ({ logits, labels, classes }: MetricInput): Int32Array =>
  labels.map((_, i) => {
    const row = logits.subarray(i * classes.length, (i + 1) * classes.length)
    return row.every(Number.isFinite) ? row.indexOf(Math.max(...row)) : -1
  })

/** Counts of each class, in the order of the classes. */
export function countsOf(input: MetricInput): readonly ClassCounts[] {
  const predicted = predictions(input)
  const counts = input.classes.map(() => ({ samples: 0, given: 0, right: 0 }))
  for (const [i, label] of input.labels.entries()) {
    // Labels and predictions are indices of classes, but for -1.
    const guess = predicted[i]!
    counts[label]!.samples += 1
    if (guess >= 0) counts[guess]!.given += 1
    if (guess === label) counts[label]!.right += 1
  }
  return counts
}

/** NaN for no values. */
export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length
