import { tf } from '@umbra/core'

/** `x^2 / 2` where `|x| < 1`, else `|x| - 1/2`; any shape. */
export function smoothL1<T extends tf.Tensor>(x: T): T {
  const inner = tf.clipByValue(x, -1, 1)
  return tf.mul<T>(inner, tf.sub(x, tf.mul(0.5, inner)))
}
