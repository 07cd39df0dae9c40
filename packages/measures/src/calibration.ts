import { UmbraError, tf } from '@umbra/core'

/** How sure a model is of its answer, and whether the answer is right. */
export interface Confidence {
  /** Largest probability, 0..1, `[batch]`. */
  readonly confidence: tf.Tensor1D
  /** 1 where the most probable class is the label, else 0, `[batch]`. */
  readonly correct: tf.Tensor1D
}

/**
 * The largest probability of each example, and whether it is the label's.
 *
 * @param logProbabilities log of the model's probabilities, `[batch, classes]`
 * @param labels class indices, int32 `[batch]`
 */
export const confidenceOf = (logProbabilities: tf.Tensor2D, labels: tf.Tensor1D): Confidence => ({
  confidence: tf.exp(tf.max(logProbabilities, 1)),
  correct: tf.cast(tf.equal(tf.argMax(logProbabilities, 1), labels), 'float32'),
})

/** The samples with a confidence in one bin. */
/** The samples whose confidence lies in one interval. */
export interface CalibrationBin {
  readonly count: number
  /** Fraction right and mean confidence, 0..1; 0 in an empty bin. */
  readonly accuracy: number
  readonly confidence: number
}

/** How far confidences are from accuracies, over a whole set; all figures 0 to 1. */
/** How well confidences predict how often a model is right. */
export interface Calibration {
  /** Expected calibration error, 0..1. */
  readonly ece: number
  readonly accuracy: number
  readonly meanConfidence: number
  readonly bins: readonly CalibrationBin[]
}

/**
 * Expected calibration error: `ECE = sum_b (n_b / n) |accuracy_b - confidence_b|` over bins of equal width,
 * `(lower, upper]`. Takes the confidences of a whole set, gathered batch by batch.
 *
 * @param confidence 0..1, `[samples]`
 * @param correct 1 or 0, `[samples]`
 * Throws UMBRA_OPTION when the lengths differ, there are none, a confidence is not a probability, or the number of bins is not a positive integer.
 * @see Guo et al., On Calibration of Modern Neural Networks, arXiv 1706.04599, equation 3
 */
export function calibration(
  confidence: ArrayLike<number>,
  correct: ArrayLike<number>,
  { bins = 15 }: { readonly bins?: number } = {},
): Calibration {
  check(confidence, correct, bins)
  const sums = Array.from({ length: bins }, () => ({ count: 0, correct: 0, confidence: 0 }))
  // As many outcomes as confidences, and the bin is clamped to 0 .. bins - 1.
  for (let i = 0; i < confidence.length; i++) {
    const value = confidence[i]!
    const bin = sums[Math.min(bins - 1, Math.max(0, Math.ceil(value * bins) - 1))]!
    bin.count += 1
    bin.correct += correct[i]!
    bin.confidence += value
  }
  const samples = confidence.length
  const total = (key: 'correct' | 'confidence'): number => sums.reduce((sum, bin) => sum + bin[key], 0)
  return {
    ece: sums.reduce((sum, bin) => sum + Math.abs(bin.correct - bin.confidence), 0) / samples,
    accuracy: total('correct') / samples,
    meanConfidence: total('confidence') / samples,
    bins: sums.map(({ count, ...bin }) => ({
      count,
      accuracy: count === 0 ? 0 : bin.correct / count,
      confidence: count === 0 ? 0 : bin.confidence / count,
    })),
  }
}

// exp of a float32 log-probability can pass 1 by this much.
const ROUNDING = 1e-5

function check(confidence: ArrayLike<number>, correct: ArrayLike<number>, bins: number): void {
  if (confidence.length === 0 || confidence.length !== correct.length) {
    throw new UmbraError('UMBRA_OPTION', {
      subject: 'calibration',
      expected: 'the same number of confidences and outcomes, at least one',
      received: `${confidence.length} and ${correct.length}`,
    })
  }
  const strange = Array.from(confidence).findIndex((value) => !(value >= 0 && value <= 1 + ROUNDING))
  if (strange >= 0) {
    throw new UmbraError('UMBRA_OPTION', {
      subject: `calibration: confidence of sample ${strange}`,
      expected: 'a probability, 0 to 1',
      received: String(confidence[strange]),
      remedy: 'A diverged model gives no probabilities',
    })
  }
  if (!Number.isInteger(bins) || bins < 1) {
    throw new UmbraError('UMBRA_OPTION', {
      subject: 'option "bins" of calibration',
      expected: 'a positive integer',
      received: String(bins),
    })
  }
}
