import { type SoftTargets, tf } from '@umbra/core'

/**
 * Softmax in log space: `log p_c = u_c - log sum_j exp(u_j)`.
 *
 * @param scaled logits already divided by their temperatures, `[batch, classes]`
 */
export function fromLogits(scaled: tf.Tensor2D): SoftTargets {
  const logProbabilities = tf.logSoftmax(scaled)
  return { logProbabilities, probabilities: tf.exp(logProbabilities) }
}
