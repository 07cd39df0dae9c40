import { tf } from '@umbra/core'
import { otherClasses } from './other-classes.js'

/**
 * InfoNCE in the batch: `-log( exp(s_ii / T) / (exp(s_ii / T) + sum over j of other classes exp(s_ij / T)) )`, `s = <g_i, m_j>`.
 *
 * 0, with no gradient, where the batch has no other class.
 *
 * @param student unit rows `[batch, dimension]`
 * @param teacher unit rows `[batch, dimension]`
 * @param labels class indices, int32 `[batch]`
 * @returns nats per example, `[batch]`
 * @see van den Oord et al., arXiv 1807.03748, equation 4
 */
export function infoNce(
  student: tf.Tensor2D,
  teacher: tf.Tensor2D,
  labels: tf.Tensor1D,
  temperature: number,
): tf.Tensor1D {
  const scores = tf.div<tf.Tensor2D>(tf.matMul(student, teacher, false, true), temperature)
  const positive = tf.sum(tf.mul(student, teacher), 1)
  const float = tf.cast<tf.Tensor1D>(labels, 'float32')
  const allowed = tf.add(otherClasses(float, float), tf.eye(labels.shape[0]))
  const kept = tf.where(tf.greater(allowed, 0), scores, tf.fill(scores.shape, -1e30))
  return tf.sub(tf.logSumExp(kept, 1), tf.div(positive, temperature))
}
