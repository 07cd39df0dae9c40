import { oneHot, tf } from '@umbra/core'

/**
 * Log of the distribution with the labelled class at `tau1` and the others at `tau2`, as in the golden cases.
 *
 * @param logits `[batch, classes]`
 * @param labels class indices, int32 `[batch]`
 * @returns `[batch, classes]`
 */
export function asymmetricTarget(
  logits: tf.Tensor2D,
  labels: tf.Tensor1D,
  tau1: number,
  tau2: number,
): tf.Tensor2D {
  const y = oneHot(labels, logits.shape[1])
  return tf.logSoftmax(tf.div(logits, tf.add(tf.mul(y, tau1), tf.mul(tf.sub(1, y), tau2))))
}
