import { tf } from '@umbra/core'

/**
 * Weighted sum over teachers: `sum_k w_k x_k`.
 *
 * @param each `K` times `[batch]`
 * @param weights `[batch, K]`
 * @returns `[batch]`
 */
export const weightedSum = (each: readonly tf.Tensor1D[], weights: tf.Tensor): tf.Tensor1D =>
  tf.sum(tf.mul(weights, tf.stack([...each], 1)), 1)
