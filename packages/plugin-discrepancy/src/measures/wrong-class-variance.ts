import { tf } from '@umbra/core'
import { zeroAtLabel } from './wrong-classes.js'

/** Population variance of the entries of each row but the masked one. `[batch, classes]` to `[batch]`. */
export function wrongClassVariance(values: tf.Tensor2D, mask: tf.Tensor2D): tf.Tensor1D {
  const wrongClasses = values.shape[1] - 1
  const mean = tf.div(tf.sum(zeroAtLabel(values, mask), 1, true), wrongClasses)
  const deviation = zeroAtLabel(tf.sub(values, mean), mask)
  return tf.div(tf.sum(tf.square(deviation), 1), wrongClasses)
}
