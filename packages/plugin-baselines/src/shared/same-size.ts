import { adaptiveAvgPool, type tf } from '@umbra/core'

/** Pools the larger of two maps to the smaller one's height and width. `[batch, height, width, channels]` */
export function sameSize(a: tf.Tensor4D, b: tf.Tensor4D): [tf.Tensor4D, tf.Tensor4D] {
  const height = Math.min(a.shape[1], b.shape[1])
  const width = Math.min(a.shape[2], b.shape[2])
  return [adaptiveAvgPool(a, height, width), adaptiveAvgPool(b, height, width)]
}
