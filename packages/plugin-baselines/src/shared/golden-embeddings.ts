import { type GoldenCase, type tf } from '@umbra/core'
import { goldenInput } from '@umbra/core/testing'
import { type LossAndTerms, type LossOutcome, evaluateLoss } from './golden-loss.js'

/** A loss of one embedding of each network, `[batch, features]`, with its gradient by the student's. */
export function onEmbeddings(
  golden: GoldenCase,
  loss: (student: tf.Tensor2D, teacher: tf.Tensor2D) => LossAndTerms,
): LossOutcome {
  const teacher = goldenInput(golden, 'teacher_embedding') as tf.Tensor2D
  const student = goldenInput(golden, 'student_embedding')
  return evaluateLoss({ student_embedding: student }, (inputs) =>
    loss(goldenInput({ ...golden, inputs }, 'student_embedding') as tf.Tensor2D, teacher),
  )
}
