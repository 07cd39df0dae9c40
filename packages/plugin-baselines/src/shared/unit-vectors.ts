import { detach, tf } from '@umbra/core'

/** Squared lengths up to this count as zero: 1e-12 squared. */
const TINY = 1e-24

/**
 * Vectors along an axis normalised to length 1: `x / ||x||`. A zero vector stays zero and gets no gradient; the plain
 * quotient's would not be finite.
 *
 * @param x any shape
 * @param axis the axis that holds the components
 * @param addend added to the lengths, where published code does so
 * @returns the shape of `x`
 */
export function unitVectors<T extends tf.Tensor>(x: T, axis = -1, addend = 0): T {
  const square = tf.sum(tf.square(x), axis, true)
  const isLong = tf.cast(tf.greater(detach(square), TINY), 'float32')
  const length = tf.sqrt(tf.maximum(square, TINY))
  return tf.div<T>(tf.mul(x, isLong), addend === 0 ? length : tf.add(length, addend))
}

/** The same with the gradient of the bare quotient `x / max(||x||, 1e-12)`, of order 1e12 at a zero vector. */
export const bareUnitVectors = <T extends tf.Tensor>(x: T, axis = -1): T =>
  tf.div<T>(x, tf.sqrt(tf.maximum(tf.sum(tf.square(x), axis, true), TINY)))
