import { tf } from '@umbra/core'
import { inherentVariance } from '../measures/inherent-variance.js'

// Below any variance worth matching: 100 classes that differ by a percent have 1e-8.
const LEAST = 1e-8

/**
 * Squared gap of the log inherent variances: `(log IV_s - log IV_t)^2`, each variance plus 1e-8.
 *
 * 0 where student and target spread their wrong classes equally, in any order.
 *
 * @param logStudent log of the student's probabilities, `[batch, classes]`
 * @param logTarget log of the target, `[batch, classes]`
 * @param labels class indices, int32 `[batch]`
 * @returns `[batch]`, >= 0
 */
export function discrepancyGap(
  logStudent: tf.Tensor2D,
  logTarget: tf.Tensor2D,
  labels: tf.Tensor1D,
): tf.Tensor1D {
  const logVariance = (logs: tf.Tensor2D): tf.Tensor1D =>
    tf.log(tf.add(inherentVariance(logs, labels), LEAST))
  return tf.squaredDifference(logVariance(logStudent), logVariance(logTarget))
}
