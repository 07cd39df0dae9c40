import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import type { TensorRecord } from '../contracts/objective.js'
import type { Optimiser } from '../contracts/optimiser.js'
import { describeValue } from '../errors/describe-value.js'
import { UmbraError } from '../errors/umbra-error.js'
import { checkTensors } from '../tensor-ops/check-tensors.js'
import { tf } from '../tf.js'
import { isPlainObject } from '../util/frozen-copy.js'

/** New values of one weight and of its state. */
export interface Update {
  readonly weight: Tensor
  readonly state: TensorRecord
}

/** An optimiser as the trainer uses it: what the plugin's code gives is checked, and what it may leave out is there. */
export interface BoundOptimiser {
  /** State of a weight before its first step; the caller disposes it. */
  readonly initial: (weight: Tensor) => TensorRecord
  /** Numbers of a step (from 1) that `update` gets beside `step`. */
  readonly scalars: (step: number, learningRate: number) => Readonly<Record<string, number>>
  /** Pure tensor code. */
  readonly update: (
    weight: Tensor,
    gradient: Tensor,
    state: TensorRecord,
    scalars: Readonly<Record<string, Scalar>>,
  ) => Update
}

/** `subject` names it in messages: `optimiser "lamb"`. Its functions throw UMBRA_OPTIMISER for what breaks the contract. */
export function bindOptimiser(optimiser: Optimiser, subject: string): BoundOptimiser {
  const code = 'UMBRA_OPTIMISER'
  const fail = (what: string, expected: string, received: unknown): never => {
    throw new UmbraError(code, { subject: `${what} of ${subject}`, expected, received: String(received) })
  }
  const check = { of: subject, code, complete: true } as const
  return {
    initial: (weight) => {
      const state: unknown = optimiser.state?.(weight) ?? {}
      if (!isPlainObject(state)) fail('what `state` returns', 'tensors by name', describeValue(state))
      const record = state as TensorRecord
      const anything = Object.fromEntries(Object.keys(record).map((name) => [name, null]))
      checkTensors(record, anything, { ...check, noun: 'state' })
      for (const [name, { dtype }] of Object.entries(record))
        if (dtype !== 'float32' && dtype !== 'int32')
          fail(`state "${name}"`, 'a tensor of type float32 or int32, which checkpoints hold', dtype)
      // Copies: it may be the weight itself.
      return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, tf.clone(value)]))
    },
    scalars: (step, learningRate) => {
      const own: unknown = optimiser.scalars?.(step, learningRate) ?? {}
      if (!isPlainObject(own)) fail('what `scalars` returns', 'numbers by name', describeValue(own))
      const numbers = own as Readonly<Record<string, unknown>>
      for (const [name, value] of Object.entries(numbers)) {
        if (name === 'learningRate' || name === 'step')
          fail(`scalar "${name}"`, 'another name', 'one that the trainer gives')
        if (typeof value !== 'number' || !Number.isFinite(value))
          fail(`scalar "${name}" at step ${step}`, 'a finite number', value)
      }
      return { ...(numbers as Readonly<Record<string, number>>), learningRate }
    },
    update: (weight, gradient, state, scalars) => {
      // The trainer's table has `step` and `learningRate`.
      const given = scalars as Parameters<Optimiser['update']>[3]
      const result: unknown = optimiser.update(weight, gradient, state, given)
      if (!isPlainObject(result)) fail('what `update` returns', '{ weight, state }', describeValue(result))
      const { weight: next, state: after = {} } = result as Partial<Update>
      checkTensors({ weight: next }, { weight }, { ...check, noun: 'new' })
      checkTensors(after, state, { ...check, noun: 'state' })
      // What returns a variable means its present value, which the assignments are about to change.
      const value = (tensor: Tensor): Tensor => (tensor instanceof tf.Variable ? tf.clone(tensor) : tensor)
      return {
        weight: value(next!),
        state: Object.fromEntries(Object.entries(after).map(([name, tensor]) => [name, value(tensor)])),
      }
    },
  }
}
