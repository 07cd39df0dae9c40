import { detach, tf } from '@umbra/core'

// The authors' addend to the product of lengths; and the least square length, whose root has a finite gradient.
const EPSILON = 1e-8
const LEAST = 1e-30
// Square of the share of a row's size below which its deviations are rounding.
const ROUNDING = 1e-12

/**
 * Pearson correlation of rows: `<a - mean a, b - mean b> / (|a - mean a| |b - mean b| + 1e-8)`.
 *
 * 0 where a row is constant, with no gradient.
 *
 * @param a `[rows, columns]`
 * @param b `[rows, columns]`
 * @returns `[rows]`, -1 to 1
 */
export function rowCorrelation(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor1D {
  const [x, y] = [centred(a), centred(b)]
  const lengths = tf.mul(length(x), length(y))
  return tf.div(tf.sum(tf.mul(x, y), 1), tf.add(lengths, EPSILON))
}

/** `x - mean x`; exactly 0, with no gradient, where the difference is only rounding: divided by its length it would be huge. */
function centred(x: tf.Tensor2D): tf.Tensor2D {
  const gap = tf.sub<tf.Tensor2D>(x, tf.mean(x, 1, true))
  const squares = (rows: tf.Tensor2D) => tf.sum(tf.square(detach(rows)), 1, true)
  return tf.mul(gap, tf.cast(tf.greater(squares(gap), tf.mul(squares(x), ROUNDING)), 'float32'))
}
const length = (x: tf.Tensor2D): tf.Tensor1D => tf.sqrt(tf.maximum(tf.sum(tf.square(x), 1), LEAST))

/**
 * Inter-class relation: `1 - rho(p_s, p_t)`, each sample's classes correlated.
 *
 * @param student probabilities `[batch, classes]`
 * @param teacher probabilities `[batch, classes]`
 * @returns `[batch]`, 0 to 2
 * @see Huang et al., arXiv 2205.10536, equation 8
 */
export const interClassRelation = (student: tf.Tensor2D, teacher: tf.Tensor2D): tf.Tensor1D =>
  tf.sub(1, rowCorrelation(student, teacher))

/**
 * Intra-class relation: `mean over classes of 1 - rho(column of p_s, column of p_t)`, each class's samples correlated.
 *
 * One number for the batch, repeated for every example, so that the mean is that number.
 *
 * @param student probabilities `[batch, classes]`
 * @param teacher probabilities `[batch, classes]`
 * @returns `[batch]`, 0 to 2
 * @see Huang et al., arXiv 2205.10536, equation 9
 */
export const intraClassRelation = (student: tf.Tensor2D, teacher: tf.Tensor2D): tf.Tensor1D =>
  tf.mul(
    tf.ones<tf.Rank.R1>([student.shape[0]]),
    tf.mean(interClassRelation(tf.transpose(student), tf.transpose(teacher))),
  )
