import { oneHot, tf } from '@umbra/core'
import { labelMask, logWrongConditional } from '../measures/wrong-classes.js'

/** Sums from which class relations are made, batch by batch. */
export interface RelationSums {
  /** Sum of `q~` over the samples of each class, diagonal 0, `[classes, classes]`. */
  readonly sums: tf.Tensor2D
  /** Samples of each class, `[classes, 1]`. */
  readonly counts: tf.Tensor2D
}

/**
 * Sums of the wrong classes' conditional distribution by class: `S_c = sum over samples of class c of q~`.
 *
 * @param logProbabilities log of a distribution, `[batch, classes]`
 * @param labels class indices, int32 `[batch]`
 */
export function relationSums(logProbabilities: tf.Tensor2D, labels: tf.Tensor1D): RelationSums {
  const classes = logProbabilities.shape[1]
  const y = oneHot(labels, classes)
  const conditional = tf.exp(logWrongConditional(logProbabilities, labelMask(labels, classes)))
  return { sums: tf.matMul(y, conditional, true), counts: tf.reshape(tf.sum(y, 0), [classes, 1]) }
}

/**
 * Class-relation matrix: `G_c = mean over samples of class c of q~`, `q~_j = p_j / (1 - p_c)`, diagonal 0.
 *
 * Rows of classes without samples are 0. Rows of others sum to 1.
 *
 * @param logProbabilities log of a distribution, `[samples, classes]`
 * @param labels class indices, int32 `[samples]`
 * @returns `[classes, classes]`
 */
export function classRelations(logProbabilities: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor2D {
  const { sums, counts } = relationSums(logProbabilities, labels)
  return tf.div(sums, tf.maximum(counts, 1))
}
