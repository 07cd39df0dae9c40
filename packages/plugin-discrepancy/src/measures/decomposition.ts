import { tf } from '@umbra/core'
import { labelMask, zeroAtLabel } from './wrong-classes.js'

/** Parts of a soft cross-entropy, nats per example, each `[batch]`. */
export interface Decomposition {
  readonly correctGuidance: tf.Tensor1D
  readonly smoothRegularisation: tf.Tensor1D
  readonly classDiscriminability: tf.Tensor1D
}

/**
 * Splits `-sum_c p_c log s_c` into three terms that add up to it:
 * correct guidance `-p_y log s_y`, smooth regularisation `-e(q) sum_{c != y} log s_c`, and class discriminability
 * `-sum_{c != y} (p_c - e(q)) log s_c`, with `e(q)` the derived average.
 *
 * @param logTarget log of the softened teacher, `[batch, classes]`
 * @param logProbabilities log of the student's probabilities, `[batch, classes]`
 * @param labels class indices, int32 `[batch]`
 * @see Li et al., arXiv 2210.04427
 */
export function decomposeSoftCrossEntropy(
  logTarget: tf.Tensor2D,
  logProbabilities: tf.Tensor2D,
  labels: tf.Tensor1D,
): Decomposition {
  const classes = logTarget.shape[1]
  const mask = labelMask(labels, classes)
  const target = tf.exp(logTarget)
  const whole = tf.mul(target, logProbabilities)
  const average = tf.div(tf.sum(zeroAtLabel(target, mask), 1, true), classes - 1)
  const wrong = zeroAtLabel(logProbabilities, mask)
  return {
    correctGuidance: tf.neg(tf.sum(tf.where(mask, whole, tf.zerosLike(whole)), 1)),
    smoothRegularisation: tf.neg(tf.sum(tf.mul(average, wrong), 1)),
    classDiscriminability: tf.neg(tf.sum(tf.mul(tf.sub(target, average), wrong), 1)),
  }
}
