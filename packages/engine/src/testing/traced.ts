import * as tf from '@tensorflow/tfjs-core'
import type { Engine } from '@umbra/core'
import type { StepFunction } from '@umbra/core/trainer'
import { type Tolerance, difference } from '@umbra/testing'
import { expect } from 'vitest'
import { eagerStep } from '../step/eager-step.js'

type Inputs = Readonly<Record<string, tf.Tensor>>
/** x `[8, 16]`, images `[4, 8, 8, 3]`, indices below 8 `[8]`, flags `[8, 16]`. */
export type ExampleInputs = Readonly<Record<'x' | 'image' | 'index' | 'flag', tf.Tensor>>
/** A step of `ExampleInputs`. */
export type ExampleStep = (inputs: ExampleInputs) => Record<string, tf.Tensor>
type Values = Readonly<Record<string, { shape: number[]; dtype: string; numbers: number[] }>>

/** Graphs are optimised: sums may be taken in another order. */
const ROUNDING: Tolerance = { relative: 2e-6, absolute: 1e-7 }

/** Reproducible normal deviates. */
export const normal = (shape: number[], seed: number): tf.Tensor =>
  tf.randomNormal(shape, 0, 1, 'float32', seed)
export const ints = (values: number[]): tf.Tensor1D => tf.tensor1d(values, 'int32')

export const exampleInputs = (seed: number, index: number[]): ExampleInputs => ({
  x: normal([8, 16], seed),
  image: normal([4, 8, 8, 3], seed),
  index: ints(index),
  flag: tf.tidy(() => tf.greater(normal([8, 16], seed + 1), 0.2)),
})

/** `expectSameTraced` of two batches that differ in everything. */
export function expectSame(engine: Engine, step: ExampleStep, tolerance?: Tolerance): void {
  const before = tf.memory().numTensors
  const examples = [
    exampleInputs(1, [3, 1, 4, 1, 5, 2, 6, 0]),
    exampleInputs(20, [2, 7, 1, 0, 2, 1, 3, 5]),
  ] as const
  expectSameTraced(engine, step, examples, tolerance)
  tf.dispose([...examples])
  expect(tf.memory().numTensors).toBe(before)
}

/**
 * Runs a step three times one operation at a time and three times as a graph, from the same state, and compares every output
 * and every variable; fails when either leaves tensors behind. Inputs take turns.
 */
function expectSameTraced(
  engine: Engine,
  step: StepFunction,
  examples: readonly [Inputs, Inputs],
  tolerance = ROUNDING,
): void {
  const variables = Object.values(tf.engine().registeredVariables)
  const start = variables.map((variable) => variable.clone())
  const turns = [examples[0], examples[1], examples[0]]
  const state = (): Values => valuesOf(Object.fromEntries(variables.map((v) => [v.name, v])))
  const restore = (): void => variables.forEach((variable, i) => variable.assign(start[i]!))

  const eager = eagerStep(step)
  const expected = turns.map((inputs) => takeValues(eager.run(inputs)))
  const expectedState = state()
  restore()

  const before = tf.memory().numTensors
  const traced = engine.compile(step, { name: 'test', examples })
  expect(tf.memory().numTensors).toBe(before)
  expect(state()).toEqual(valuesOf(Object.fromEntries(variables.map((v, i) => [v.name, start[i]!]))))
  const actual = turns.map((inputs) => takeValues(traced.run(inputs)))
  traced.pull()
  expect(tf.memory().numTensors).toBe(before)
  const actualState = state()
  traced.dispose()
  restore()
  tf.dispose(start)

  turns.forEach((_, i) => expectClose(actual[i]!, expected[i]!, `run ${i + 1}`, tolerance))
  expectClose(actualState, expectedState, 'state', tolerance)
}

function expectClose(actual: Values, expected: Values, where: string, tolerance: Tolerance): void {
  expect(Object.keys(actual)).toEqual(Object.keys(expected))
  for (const [name, { numbers, ...rest }] of Object.entries(expected)) {
    const { numbers: actualNumbers, ...kind } = actual[name]!
    expect({ [`${where}: ${name}`]: kind }).toEqual({ [`${where}: ${name}`]: rest })
    const gap = difference(actualNumbers, numbers, tolerance)
    expect(gap === undefined ? undefined : `${where}: ${name}${gap}`).toBeUndefined()
  }
}

const valuesOf = (tensors: Inputs): Values =>
  Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [
      name,
      { shape: tensor.shape, dtype: tensor.dtype, numbers: Array.from(tensor.dataSync()) },
    ]),
  )

function takeValues(tensors: Record<string, tf.Tensor>): Values {
  const values = valuesOf(tensors)
  tf.dispose(tensors)
  return values
}
