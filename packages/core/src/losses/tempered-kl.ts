import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { tf } from '../tf.js'
import { detach } from '../tensor-ops/detach.js'

/**
 * Distillation at one temperature: `T^2 KL( softmax(z_t / T) || softmax(z_s / T) )`.
 *
 * It keeps its digits at high temperatures, and so do its derivatives. There all probabilities are near `1 / classes`: logarithms
 * relative to that are near 0, where float32 is fine-grained, while those of the probabilities themselves are all near
 * `-log(classes)` and lose what sets them apart.
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
  const target = logOverUniform(tf.div(teacher, temperature))
  const gap = tf.sub(target, logOverUniform(tf.div(student, temperature)))
  return tf.mul(tf.mean(tf.mul(tf.exp(target), gap), 1), tf.square(temperature))
}

// exp of it is far from the end of float32, and a difference of logits of this size is not one of high temperatures.
const REACH = 20

/** `log(classes * softmax(u))`, `[batch, classes]`. */
function logOverUniform(u: Tensor2D): Tensor2D {
  const centre = tf.maximum(tf.mean(u, 1, true), tf.sub(tf.max(u, 1, true), REACH))
  const shifted = tf.sub(u, detach(centre))
  return tf.sub(shifted, tf.log1p(tf.mean(tf.expm1(shifted), 1, true)))
}
