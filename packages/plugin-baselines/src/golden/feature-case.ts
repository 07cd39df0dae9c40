import { type GoldenOutcome, type TensorRecord, tf } from '@umbra/core'
import type { Scalar, Tensor } from '@tensorflow/tfjs-core'

/** A loss and its parts, all scalars. */
export interface LossAndTerms {
  readonly loss: Scalar
  readonly terms?: Readonly<Record<string, Scalar>>
}

/** Value, terms and gradients of a loss by everything but the teacher's inputs, in the layout of the inputs. */
export function evaluateLoss(
  inputs: TensorRecord,
  forward: (inputs: TensorRecord) => LossAndTerms,
): GoldenOutcome {
  const names = Object.keys(inputs).filter((name) => !name.startsWith('teacher_'))
  const loss = (...values: Tensor[]): Scalar =>
    forward({ ...inputs, ...Object.fromEntries(names.map((name, i) => [name, values[i]!])) }).loss
  const { value, grads } = tf.valueAndGrads(loss)(names.map((name) => inputs[name]!))
  // Once more for the terms: what a gradient's scope makes besides its result is disposed with the scope.
  const { terms = {} } = forward(inputs)
  return { loss: value, terms, grads: Object.fromEntries(names.map((name, i) => [name, grads[i]!])) }
}

/** Feature maps from `[batch, channels, height, width]` to `[batch, height, width, channels]`. */
export const toChannelsLast = (x: Tensor): Tensor => tf.transpose(x, [0, 2, 3, 1])
