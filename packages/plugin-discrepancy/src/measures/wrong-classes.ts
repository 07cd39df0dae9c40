import { tf } from '@umbra/core'

// Finite, so that 0 times it is 0; exp of it is 0 in float32 next to any logit.
const EXCLUDED = -1e30

/**
 * True at the labelled class.
 *
 * @param labels class indices, int32 `[batch]`
 * @returns bool `[batch, classes]`
 */
export const labelMask = (labels: tf.Tensor1D, classes: number): tf.Tensor2D =>
  tf.cast(tf.oneHot(labels, classes), 'bool') as tf.Tensor2D

/** Values of the wrong classes, with a value whose `exp` is 0 at the labelled one. `[batch, classes]` */
export const withoutLabel = (values: tf.Tensor2D, mask: tf.Tensor2D): tf.Tensor2D =>
  tf.where(mask, tf.fill(values.shape, EXCLUDED), values)

/** The same with 0 at the labelled class. `[batch, classes]` */
export const zeroAtLabel = (values: tf.Tensor2D, mask: tf.Tensor2D): tf.Tensor2D =>
  tf.where(mask, tf.zerosLike(values), values)

/**
 * Log of the conditional distribution over the wrong classes: `log q~_c = log p_c - log(1 - p_y)`.
 *
 * Accepts any log values that differ from `log p` by a constant for each example. The labelled class gets a very low
 * finite number, whose `exp` is 0.
 *
 * @param logValues `[batch, classes]`
 * @param mask true at the labelled class, `[batch, classes]`
 */
export const logWrongConditional = (logValues: tf.Tensor2D, mask: tf.Tensor2D): tf.Tensor2D =>
  tf.logSoftmax(withoutLabel(logValues, mask))
