import { tf } from '@umbra/core'
import { scaleGradient } from './scale-gradient.js'

/**
 * `T = start + range * sigmoid(theta)`, the gradient of `theta` multiplied by `lambda`.
 *
 * @param theta `[1]`
 * @returns a scalar between `start` and `start + range`
 */
export function learnedTemperature(
  theta: tf.Tensor,
  lambda: tf.Scalar,
  { start, range }: { readonly start: number; readonly range: number },
): tf.Scalar {
  const open = tf.sigmoid(scaleGradient(theta, lambda))
  return tf.reshape(tf.add(tf.mul(open, range), start), [])
}
