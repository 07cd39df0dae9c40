import { detach, tf } from '@umbra/core'

/**
 * `KL( softmax(z_t / T) || softmax(z_s / T) )` that keeps its digits at high temperatures, and so `d/dT (T^2 KL)` too.
 *
 * There all probabilities are near `1 / classes`: logarithms relative to that are near 0, where float32 is fine-grained,
 * while those of the probabilities themselves are all near `-log(classes)` and lose what sets them apart.
 *
 * @param teacher logits `[batch, classes]`
 * @param student logits `[batch, classes]`
 * @param temperature T, dimensionless, > 0
 * @returns nats per example, `[batch]`
 */
export function temperedKl(teacher: tf.Tensor2D, student: tf.Tensor2D, temperature: tf.Scalar): tf.Tensor1D {
  const target = logOverUniform(tf.div(teacher, temperature))
  const gap = tf.sub(target, logOverUniform(tf.div(student, temperature)))
  return tf.mean(tf.mul(tf.exp(target), gap), 1)
}

// exp of it is far from the end of float32, and a difference of logits of this size is not one of high temperatures.
const REACH = 20

/** `log(classes * softmax(u))`, `[batch, classes]`. */
function logOverUniform(u: tf.Tensor2D): tf.Tensor2D {
  const centre = tf.maximum(tf.mean(u, 1, true), tf.sub(tf.max(u, 1, true), REACH))
  const shifted = tf.sub(u, detach(centre))
  return tf.sub(shifted, tf.log1p(tf.mean(tf.expm1(shifted), 1, true)))
}
