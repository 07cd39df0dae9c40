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
export function labelLoss(logits: Tensor2D, target: LabelTarget): Tensor1D {
  const { labels, probabilities, labelled } = target
  const logProbabilities = tf.logSoftmax<Tensor2D>(logits)
  const values: Tensor1D =
    probabilities === undefined
      ? crossEntropy(logProbabilities, labels)
      : tf.neg(tf.sum(tf.mul(probabilities, logProbabilities), 1))
  const loss = labelled === undefined ? values : amongPresent(values, labelled)
  made.set(loss, { logits, target })
  return loss
}

/** What a label loss was made of. */
interface LabelLossInputs {
  readonly logits: Tensor2D
  readonly target: LabelTarget
}

/** Label losses that were made, with what they are of, for as long as they are in use. */
const made = new WeakMap<Tensor1D, LabelLossInputs>()

/**
 * Why a term is not what `labelLoss` makes of these very logits and targets, in words; undefined where it is. Methods that
 * are summed have that loss in common. Targets are the same if they are the same tensors.
 */
export function otherThanLabelLoss(
  term: Tensor1D,
  logits: Tensor2D,
  target: LabelTarget,
): string | undefined {
  const inputs = made.get(term)
  if (inputs === undefined) return 'another loss of that name'
  if (inputs.logits !== logits) return 'labelLoss of other logits'
  return sameTarget(inputs.target, target) ? undefined : 'labelLoss with other labels than those of the batch'
}

/** Whether two targets give the same loss: where there are probabilities, the classes beside them are not read. */
const sameTarget = (a: LabelTarget, b: LabelTarget): boolean =>
  a.labelled === b.labelled &&
  a.probabilities === b.probabilities &&
  (a.probabilities !== undefined || a.labels === b.labels)
