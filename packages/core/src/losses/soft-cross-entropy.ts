import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { tf } from '../tf.js'

/**
 * Cross-entropy with a target distribution: `-sum_c p_c log s_c`, the target's entropy not subtracted.
 *
 * @param logTarget natural logarithm of the target, `[batch, classes]`
 * @param logProbabilities natural logarithm of the student's probabilities, `[batch, classes]`
 * @returns nats per example, `[batch]`
 */
export function softCrossEntropy(logTarget: Tensor2D, logProbabilities: Tensor2D): Tensor1D {
  return tf.neg(tf.sum(tf.mul(tf.exp(logTarget), logProbabilities), 1))
}
