import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import type { LabelTarget } from '../contracts/label-target.js'
import { tf } from '../tf.js'
import { amongPresent } from './among-present.js'
import { crossEntropy } from './cross-entropy.js'

/**
 * Cross-entropy of the student with its labels, hard, mixed or smoothed: `-sum_c y_c log softmax(z)_c`.
 *
 * @param logits of the student, `[batch, classes]`
 * @param target what the examples are labelled with: `batch.target`
 * @returns nats per example, `[batch]`; its mean is over the examples that have a label
 * @example
 * objective({
 *   weights: { ce: 1 },
 *   terms: ({ student, target }) => ({ ce: labelLoss(student.logits, target) }),
 * })
 */
export function labelLoss(logits: Tensor2D, { labels, probabilities, labelled }: LabelTarget): Tensor1D {
  const logProbabilities = tf.logSoftmax<Tensor2D>(logits)
  const values: Tensor1D =
    probabilities === undefined
      ? crossEntropy(logProbabilities, labels)
      : tf.neg(tf.sum(tf.mul(probabilities, logProbabilities), 1))
  const loss = labelled === undefined ? values : amongPresent(values, labelled)
  made.add(loss)
  return loss
}

/** Label losses that were made, for as long as they are in use. */
const made = new WeakSet<Tensor1D>()

/** Whether a term was made by `labelLoss`: methods that are summed have it in common. */
export const isLabelLoss = (term: Tensor1D): boolean => made.has(term)
