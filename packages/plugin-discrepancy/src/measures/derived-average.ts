import { tf } from '@umbra/core'
import { labelMask, zeroAtLabel } from './wrong-classes.js'

/**
 * Derived average, the mean probability of a wrong class: `e(q) = sum_{c != y} p_c / (C - 1) = (1 - p_y) / (C - 1)`.
 *
 * Summed over the wrong classes, so that it stays exact where `p_y` rounds to 1.
 *
 * @param logProbabilities log of a distribution, however softened, `[batch, classes]`
 * @param labels class indices, int32 `[batch]`
 * @returns `[batch]`, 0 to `1 / (C - 1)`
 * @see Li et al., arXiv 2210.04427
 */
export function derivedAverage(logProbabilities: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor1D {
  const classes = logProbabilities.shape[1]
  const wrong = zeroAtLabel(tf.exp(logProbabilities), labelMask(labels, classes))
  return tf.div(tf.sum(wrong, 1), classes - 1)
}
