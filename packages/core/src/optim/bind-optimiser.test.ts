import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Optimiser } from '../contracts/optimiser.js'
import { tf } from '../tf.js'
import { bindOptimiser } from './bind-optimiser.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

const same: Optimiser['update'] = (weight) => ({ weight })
const bound = (optimiser: Partial<Optimiser>) =>
  bindOptimiser({ update: same, ...optimiser }, 'optimiser "mine"')

describe('bindOptimiser', () => {
  it('gives what an optimiser leaves out', () => {
    tf.tidy(() => {
      const weight = tf.tensor1d([1, 2])
      const { initial, scalars, update } = bound({})
      expect(initial(weight)).toEqual({})
      expect(scalars(3, 0.1)).toEqual({ learningRate: 0.1 })
      expect(update(weight, weight, {}, {})).toEqual({ weight, state: {} })
    })
  })

  it('takes the weight itself as a state, and a variable as its present value', () => {
    const before = tf.memory().numTensors
    tf.tidy(() => {
      const variable = tf.variable(tf.tensor1d([1, 2]))
      const { initial, update } = bound({
        state: (weight) => ({ slow: weight }),
        update: (weight) => ({ weight: tf.mul(weight, 2), state: { slow: weight } }),
      })
      const state = initial(variable)
      expect(state.slow).not.toBe(variable)
      const next = update(variable, variable, state, {})
      variable.assign(next.weight as tf.Tensor1D)
      expect([...next.state.slow!.dataSync()]).toEqual([1, 2])
      variable.dispose()
    })
    expect(tf.memory().numTensors).toBe(before)
  })

  it.each<[Partial<Optimiser>, string]>([
    [{ state: (() => 3) as never }, 'what `state` returns of optimiser "mine": expected tensors by name'],
    [{ state: () => ({ m: 3 as never }) }, 'state "m" of optimiser "mine": expected a tensor, received 3.'],
    [
      { state: () => ({ m: tf.tensor1d([true], 'bool') }) },
      'state "m" of optimiser "mine": expected a tensor of type float32 or int32, which checkpoints hold, received bool.',
    ],
  ])('refuses a state, case %#', (optimiser, message) => {
    tf.tidy(() => {
      expect(() => bound(optimiser).initial(tf.tensor1d([1]))).toThrow(message)
    })
  })

  it.each<[Optimiser['scalars'], string]>([
    [() => ({ rate: Infinity }), 'scalar "rate" at step 2 of optimiser "mine": expected a finite number'],
    [() => ({ step: 1 }), 'scalar "step" of optimiser "mine": expected another name'],
    [() => 1 as never, 'what `scalars` returns of optimiser "mine": expected numbers by name, received 1.'],
  ])('refuses scalars, case %#', (scalars, message) => {
    expect(() => bound({ scalars: scalars! }).scalars(2, 0.1)).toThrow(message)
  })

  it.each<[Optimiser['update'], string]>([
    [() => undefined as never, 'what `update` returns of optimiser "mine": expected { weight, state }'],
    [
      () => ({}) as never,
      'new "weight" of optimiser "mine": expected a tensor [2] float32, received nothing.',
    ],
    [
      (w) => ({ weight: tf.sum(w), state: { m: w } }),
      'new "weight" of optimiser "mine": expected a tensor [2]',
    ],
    [
      (weight) => ({ weight }),
      'state "m" of optimiser "mine": expected a tensor [2] float32, received nothing',
    ],
    [
      (weight) => ({ weight, state: { m: weight, n: weight } }),
      'state of optimiser "mine": expected a name among m, received "n". Did you mean "m"?',
    ],
    [
      (weight) => ({ weight, state: { m: tf.cast(weight, 'int32') } }),
      'state "m" of optimiser "mine": expected a tensor [2] float32, received [2] int32.',
    ],
  ])('refuses an update, case %#', (update, message) => {
    tf.tidy(() => {
      const weight = tf.tensor1d([1, 2])
      const run = (): unknown => bound({ update }).update(weight, weight, { m: weight }, {})
      expect(run).toThrow(expect.objectContaining({ code: 'UMBRA_OPTIMISER' }) as Error)
      expect(run).toThrow(message)
    })
  })
})
