import { detach, tf } from '@umbra/core'
import { weightedSum } from '../../shared/weighted-sum.js'
import { confidenceWeights } from '../../weightings/confidence.js'

/** Mean squared difference of each example's features: `mean over features of (r - f)^2`, `[batch]`. */
export function squaredGap(regressed: tf.Tensor, teacher: tf.Tensor): tf.Tensor1D {
  const gap = tf.squaredDifference(regressed, teacher)
  return tf.mean(tf.reshape(gap, [gap.shape[0], gap.size / gap.shape[0]]), 1)
}

/**
 * Hints from several teachers: `sum_k w_k mean (r_k(f_s) - f_k)^2`.
 *
 * @param gaps `K` times `[batch]`
 * @param weights `[batch, K]`, rows sum to 1
 * @returns `[batch]`, squared units of the features
 */
export const weightedHints = (gaps: readonly tf.Tensor1D[], weights: tf.Tensor): tf.Tensor1D =>
  weightedSum(gaps, weights)

/**
 * Weights of hints: how well each teacher's classifier does with the student's projected feature,
 * `w_k = (1 - softmax_k(CE_k)) / (K - 1)`.
 *
 * As released they carry a gradient, with which the student can pick its teacher, and are divided by K.
 *
 * @param logits `K` times `[batch, classes]`
 * @returns `[batch, K]`
 * @see Zhang et al., arXiv 2201.00007, equations 5 and 6
 */
export function hintWeights(
  logits: readonly tf.Tensor2D[],
  labels: tf.Tensor1D,
  variant: 'sound' | 'as-released',
): tf.Tensor2D {
  const weights = confidenceWeights(logits, labels)
  return variant === 'sound' ? detach(weights) : tf.div(weights, logits.length)
}
