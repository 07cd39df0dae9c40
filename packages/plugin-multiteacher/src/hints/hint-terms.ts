import { detach, tf } from '@umbra/core'
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { confidenceWeights } from '../weightings/confidence.js'

/** Mean squared difference of each example's features: `mean over features of (r - f)^2`, `[batch]`. */
export function squaredGap(regressed: Tensor, teacher: Tensor): Tensor1D {
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
export const weightedHints = (gaps: readonly Tensor1D[], weights: Tensor): Tensor1D =>
  tf.sum(tf.mul(weights, tf.stack([...gaps], 1)), 1)

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
  logits: readonly Tensor2D[],
  labels: Tensor1D,
  variant: 'sound' | 'as-released',
): Tensor2D {
  const weights = confidenceWeights(logits, labels)
  return variant === 'sound' ? detach(weights) : tf.div(weights, logits.length)
}
