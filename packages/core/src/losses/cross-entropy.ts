import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { tf } from '../tf.js'
import { oneHot } from './one-hot.js'

/**
 * Cross-entropy with integer labels: `-log s_y`.
 *
 * @param logProbabilities natural logarithm of the student's probabilities, `[batch, classes]`
 * @param labels class indices, int32 `[batch]`
 * @returns nats per example, `[batch]`
 */
export function crossEntropy(logProbabilities: Tensor2D, labels: Tensor1D): Tensor1D {
  const target = oneHot(labels, logProbabilities.shape[1])
  return tf.neg(tf.sum(tf.mul(target, logProbabilities), 1))
}
