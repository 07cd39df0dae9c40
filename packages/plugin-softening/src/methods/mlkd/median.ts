import { tf } from '@umbra/core'

/** The middle value, or the mean of the two middle ones: the 50th percentile with linear interpolation. `[n]` to a scalar. */
export function median(values: tf.Tensor1D): tf.Scalar {
  const count = values.shape[0]
  const { values: sorted } = tf.topk(values, count, true)
  const upper = tf.slice1d(sorted, Math.floor((count - 1) / 2), 1)
  const lower = tf.slice1d(sorted, Math.ceil((count - 1) / 2), 1)
  return tf.reshape(tf.div(tf.add(upper, lower), 2), [])
}
