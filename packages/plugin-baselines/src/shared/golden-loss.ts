import { type GoldenOutcome, type TensorRecord, tf } from '@umbra/core'
import { zip } from './zip.js'

/** A loss and its parts, all scalars. */
export interface LossAndTerms {
  readonly loss: tf.Scalar
  readonly terms?: Readonly<Record<string, tf.Scalar>>
}

/** Loss, terms and gradients of a golden case. */
export interface LossOutcome extends GoldenOutcome {
  readonly loss: tf.Scalar
  readonly terms: Readonly<Record<string, tf.Scalar>>
  readonly grads: TensorRecord
}

/** Value, terms and gradients of a loss by everything but the teacher's inputs, in the layout of the inputs. */
export function evaluateLoss(
  inputs: TensorRecord,
  forward: (inputs: TensorRecord) => LossAndTerms,
): LossOutcome {
  const trained = Object.entries(inputs).filter(([name]) => !name.startsWith('teacher_'))
  const names = trained.map(([name]) => name)
  const loss = (...values: tf.Tensor[]): tf.Scalar =>
    forward({ ...inputs, ...Object.fromEntries(zip(names, values)) }).loss
  const { value, grads } = tf.valueAndGrads(loss)(trained.map(([, input]) => input))
  // Computed again for the terms: a gradient's scope disposes all tensors but its result.
  const { terms = {} } = forward(inputs)
  return { loss: value, terms, grads: Object.fromEntries(zip(names, grads)) }
}
