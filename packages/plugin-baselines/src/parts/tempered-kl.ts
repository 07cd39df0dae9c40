import { klDivergence, tf } from '@umbra/core'
import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'

/**
 * `T^2 KL( softmax(z_t / T) || softmax(z_s / T) )`, summed over classes.
 *
 * @param target logits `[batch, classes]`
 * @param student logits `[batch, classes]`
 * @param temperature dimensionless, > 0
 * @returns nats per example, `[batch]`
 */
export function temperedKl(target: Tensor2D, student: Tensor2D, temperature: Scalar | number): Tensor1D {
  const soft = (logits: Tensor2D): Tensor2D => tf.logSoftmax(tf.div<Tensor2D>(logits, temperature))
  return tf.mul(klDivergence(soft(target), soft(student)), tf.square(temperature))
}
