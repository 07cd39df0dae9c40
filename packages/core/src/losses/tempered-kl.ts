import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { tf } from '../tf.js'
import { klDivergence } from './kl-divergence.js'

/**
 * Distillation at one temperature: `T^2 KL( softmax(z_t / T) || softmax(z_s / T) )`.
 *
 * @param teacher logits `[batch, classes]`
 * @param student logits `[batch, classes]`
 * @param temperature T, dimensionless, > 0
 * @returns nats per example, `[batch]`, >= 0 up to rounding
 * @see Hinton et al., arXiv 1503.02531, section 2: the factor T^2 keeps gradients of the same size at every T
 * @example
 * const teacher = tf.tensor2d([[4, 1, 0]])
 * const student = tf.tensor2d([[4, 1, 0]])
 * temperedKl(teacher, student, 4).dataSync()[0] // 0
 */
export function temperedKl(teacher: Tensor2D, student: Tensor2D, temperature: Scalar | number): Tensor1D {
  const soft = (logits: Tensor2D): Tensor2D => tf.logSoftmax<Tensor2D>(tf.div(logits, temperature))
  return tf.mul(klDivergence(soft(teacher), soft(student)), tf.square(temperature))
}
