import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { tf } from '../tf.js'

/**
 * Kullback-Leibler divergence of the student from a target: `sum_c p_c (log p_c - log s_c)`, summed over classes.
 *
 * @param logTarget natural logarithm of the target, `[batch, classes]`; finite, however small the probability
 * @param logProbabilities natural logarithm of the student's probabilities, `[batch, classes]`
 * @returns nats per example, `[batch]`, >= 0 up to rounding
 * @example
 * const target = tf.log(tf.tensor2d([[0.5, 0.25, 0.25]]))
 * klDivergence(target, target).dataSync()[0] // 0
 */
export function klDivergence(logTarget: Tensor2D, logProbabilities: Tensor2D): Tensor1D {
  return tf.sum(tf.mul(tf.exp(logTarget), tf.sub(logTarget, logProbabilities)), 1)
}
