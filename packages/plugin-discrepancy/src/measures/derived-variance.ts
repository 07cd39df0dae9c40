import { tf } from '@umbra/core'
import { labelMask } from './wrong-classes.js'
import { wrongClassVariance } from './wrong-class-variance.js'

/**
 * Derived variance, the spread of the wrong classes' probabilities: `v(q) = mean_{c != y} (p_c - e(q))^2`.
 *
 * A population variance (divided by `C - 1`, the number of wrong classes). Equals `(1 - p_y)^2` times the inherent variance.
 *
 * @param logProbabilities log of a distribution, however softened, `[batch, classes]`
 * @param labels class indices, int32 `[batch]`
 * @returns `[batch]`, >= 0
 * @see Li et al., arXiv 2210.04427
 */
export const derivedVariance = (logProbabilities: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor1D =>
  wrongClassVariance(tf.exp(logProbabilities), labelMask(labels, logProbabilities.shape[1]))

/**
 * Square root of the derived variance. This is what the authors' figure script plots under the name of variance.
 *
 * @param logProbabilities log of a distribution, however softened, `[batch, classes]`
 * @param labels class indices, int32 `[batch]`
 * @returns `[batch]`, >= 0
 */
export const derivedStandardDeviation = (logProbabilities: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor1D =>
  tf.sqrt(derivedVariance(logProbabilities, labels))
