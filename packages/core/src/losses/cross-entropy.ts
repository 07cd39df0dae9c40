import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { tf } from '../tf.js'
import { oneHot } from '../tensor-ops/one-hot.js'

/**
 * Cross-entropy with integer labels: `-log s_y`.
 *
 * @param logProbabilities natural logarithm of the student's probabilities, `[batch, classes]`
 * @param labels class indices, int32 `[batch]`
 * @returns nats per example, `[batch]`
 * @example
 * const even = tf.logSoftmax(tf.zeros<tf.Rank.R2>([1, 4]))
 * crossEntropy(even, tf.tensor1d([2], 'int32')).dataSync()[0] // 1.3862943649291992
 */
export function crossEntropy(logProbabilities: Tensor2D, labels: Tensor1D): Tensor1D {
  const target = oneHot(labels, logProbabilities.shape[1])
  return tf.neg(tf.sum(tf.mul(target, logProbabilities), 1))
}
