import { tf } from '@umbra/core'
import { labelMask, logWrongConditional } from './wrong-classes.js'
import { wrongClassVariance } from './wrong-class-variance.js'

/**
 * Inherent variance, the spread of the wrong classes among themselves: `v(q~)`, `q~_c = p_c / (1 - p_y)`.
 *
 * A population variance. Does not depend on the probability of the labelled class or on its temperature.
 *
 * @param logProbabilities log of a distribution, however softened, `[batch, classes]`
 * @param labels class indices, int32 `[batch]`
 * @returns `[batch]`, >= 0
 * @see Li et al., arXiv 2210.04427
 */
export function inherentVariance(logProbabilities: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor1D {
  const mask = labelMask(labels, logProbabilities.shape[1])
  return wrongClassVariance(tf.exp(logWrongConditional(logProbabilities, mask)), mask)
}
