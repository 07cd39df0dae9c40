import { detach, tf } from '@umbra/core'

// Squared lengths up to this count as zero.
const TINY = 1e-24

/** Rows divided by their length; a zero row stays zero and gets no gradient. `[rows, columns]` */
export function unitRows(x: tf.Tensor2D): tf.Tensor2D {
  const square = tf.sum(tf.square(x), 1, true)
  const isLong = tf.cast(tf.greater(detach(square), TINY), 'float32')
  return tf.mul(tf.mul(x, isLong), tf.rsqrt(tf.maximum(square, TINY)))
}
