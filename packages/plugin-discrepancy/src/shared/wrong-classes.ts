import { tf } from '@umbra/core'
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'

// Finite, so that 0 times it is 0; exp of it is 0 in float32 next to any logit.
const EXCLUDED = -1e30

/**
 * True at the labelled class.
 *
 * @param labels class indices, int32 `[batch]`
 * @returns bool `[batch, classes]`
 */
export const labelMask = (labels: Tensor1D, classes: number): Tensor2D =>
  tf.cast(tf.oneHot(labels, classes), 'bool') as Tensor2D

/** Values of the wrong classes, with something that vanishes under `exp` at the labelled one. `[batch, classes]` */
export const withoutLabel = (values: Tensor2D, mask: Tensor2D): Tensor2D =>
  tf.where(mask, tf.fill(values.shape, EXCLUDED), values)

/** The same with 0 at the labelled class. `[batch, classes]` */
export const zeroAtLabel = (values: Tensor2D, mask: Tensor2D): Tensor2D =>
  tf.where(mask, tf.zerosLike(values), values)

/**
 * Log of the conditional distribution over the wrong classes: `log q~_c = log p_c - log(1 - p_y)`.
 *
 * Any log values will do that differ from `log p` by a constant for each example. The labelled class gets a very low
 * finite number, whose `exp` is 0.
 *
 * @param logValues `[batch, classes]`
 * @param mask true at the labelled class, `[batch, classes]`
 */
export const logWrongConditional = (logValues: Tensor2D, mask: Tensor2D): Tensor2D =>
  tf.logSoftmax(withoutLabel(logValues, mask))
