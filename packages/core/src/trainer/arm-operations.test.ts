import '@tensorflow/tfjs-backend-cpu'
import { toyImages } from '@umbra/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { toyArm, toyTeacher } from '../../test/toy-cohort.js'
import type { HookHandlers } from '../contracts/hooks.js'
import type { DistillBatch, Objective } from '../contracts/objective.js'
import { createHookRunner } from '../hooks/hook-runner.js'
import { crossEntropyObjective } from '../objective/cross-entropy-objective.js'
import { tf } from '../tf.js'
import { type ArmOperations, type RecordingSetting, armOperations } from './arm-operations.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

function operations(objective: Objective, over: Partial<RecordingSetting> = {}): ArmOperations {
  const teacher = toyTeacher()
  const train = toyImages(40)
  const setting = { data: { train, classes: 3 }, teachers: [teacher], batch: 16, ...over }
  try {
    return armOperations(toyArm('toy', objective), setting)
  } finally {
    teacher.model.dispose()
  }
}

const ofObjective = (objective: Objective): string | undefined => operations(objective).objective
const ofHooks = (hooks: HookHandlers): string | undefined =>
  operations(crossEntropyObjective(), { hooks: createHookRunner([{ name: 'mine', hooks }]) }).hooks

const distance = ({ student, teachers }: DistillBatch, by: number): tf.Tensor1D =>
  tf.mul(tf.mean(tf.squaredDifference(student.logits, teachers[0]!.logits), 1), by)

const matching = (over: Partial<Objective> = {}): Objective => ({
  weights: { match: 1 },
  terms: (batch) => ({ terms: { match: distance(batch, 1) } }),
  ...over,
})

describe('operations of an objective', () => {
  it('are the same whenever they are recorded, whatever the values, and leave no tensor', () => {
    const first = ofObjective(matching())
    expect(first).toMatch(/^[0-9a-f]{16}$/)
    const before = tf.memory().numTensors
    expect(ofObjective(matching())).toBe(first)
    expect(tf.memory().numTensors).toBe(before)
  })

  it('show numbers that the source does not, wherever they are used', () => {
    // The same text each time: only what the closures hold differs.
    const made = (number: number): readonly Objective[] => [
      matching({ weights: { match: number } }),
      matching({ scalars: { margin: number } }),
      matching({ terms: (batch) => ({ terms: { match: distance(batch, number) } }) }),
      matching({ prepare: () => ({ variables: { scale: tf.scalar(number) } }) }),
      matching({ prepare: () => ({ state: { mean: tf.fill([3], number) } }) }),
      matching({ feeds: () => ({ noise: { shape: [2], data: Float32Array.of(number, 0) } }) }),
      matching({
        prepare: () => ({ state: { mean: tf.zeros([3]) } }),
        terms: (batch, _, { mean }) => ({
          terms: { match: distance(batch, 1) },
          state: { mean: tf.mul(mean!, number) },
        }),
      }),
    ]
    const hashes = [...made(0.5), ...made(0.25)].map(ofObjective)
    expect(hashes).not.toContain(undefined)
    expect(new Set(hashes).size).toBe(hashes.length)
  })

  it('do not depend on numbers that change from step to step', () => {
    const weighted = matching({
      scalars: { margin: 1 },
      terms: (batch) => ({ terms: { match: tf.mul(distance(batch, 1), batch.scalars.margin!) } }),
    })
    expect(ofObjective(weighted)).toBe(ofObjective({ ...weighted }))
    expect(ofObjective(weighted)).not.toBe(ofObjective(matching({ scalars: { margin: 1 } })))
  })

  it('are recorded for the batch of the run where a small one does not fit', () => {
    const weights = tf.tensor1d(Array.from({ length: 16 }, (_, i) => i))
    const fitted = matching({ terms: (batch) => ({ terms: { match: tf.mul(distance(batch, 1), weights) } }) })
    expect(ofObjective(fitted)).toBeDefined()
    weights.dispose()
  })

  it('cannot be told where values are read, calls differ, or it throws', () => {
    let calls = 0
    const objectives: readonly Objective[] = [
      matching({
        terms: (batch) => ({ terms: { match: distance(batch, distance(batch, 1).dataSync()[0]!) } }),
      }),
      matching({ terms: (batch) => ({ terms: { match: distance(batch, ++calls) } }) }),
      matching({ prepare: () => ({ state: { mean: tf.randomUniform([3]) } }) }),
      matching({ taps: { student: ['nowhere'] } }),
      matching({ terms: () => ({ terms: {} }) }),
    ]
    const before = tf.memory().numTensors
    expect(objectives.map(ofObjective)).toEqual(objectives.map(() => undefined))
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('operations of hooks', () => {
  const scaled = <T extends tf.Tensor>(
    tensors: Readonly<Record<string, T>>,
    by: number,
  ): Readonly<Record<string, T>> =>
    Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tf.mul<T>(tensor, by)]))

  it('show numbers that the source does not', () => {
    const made = (number: number): readonly HookHandlers[] => [
      { terms: (terms) => scaled(terms, number) },
      { terms: (terms, { batch }) => ({ ...terms, ce: tf.add(terms.ce!, distance(batch, number)) }) },
      { gradients: (gradients) => scaled(gradients, number) },
      { weights: { step: (weights) => ({ value: scaled(weights, number) }) } },
      { weights: { initial: (weights) => scaled(weights, number), step: () => ({}) } },
      { weights: { initial: (weights) => weights, step: (_, state) => ({ state: scaled(state, number) }) } },
      {
        weights: { initial: (weights) => weights, step: () => ({}) },
        average: (state) => scaled(state, number),
      },
    ]
    const hashes = [...made(0.5), ...made(0.25)].map(ofHooks)
    expect(hashes).not.toContain(undefined)
    expect(new Set(hashes).size).toBe(hashes.length)
    expect([...made(0.5)].map(ofHooks)).toEqual(hashes.slice(0, made(0).length))
  })

  it('leave those of the objective as they are, and no tensor', () => {
    const before = tf.memory().numTensors
    const hooks = createHookRunner([
      { name: 'mine', hooks: { gradients: (gradients) => scaled(gradients, 2) } },
    ])
    expect(operations(matching(), { hooks }).objective).toBe(operations(matching()).objective)
    expect(tf.memory().numTensors).toBe(before)
  })

  it('are none where no hook is traced, and cannot be told where one throws', () => {
    expect(ofHooks({ epochEnd: () => undefined })).toBeUndefined()
    expect(
      ofHooks({
        terms: () => {
          throw new RangeError('no')
        },
      }),
    ).toBeUndefined()
  })
})

it('disposes the model', () => {
  const teacher = toyTeacher()
  const before = tf.memory().numTensors
  const arm = toyArm('toy', matching())
  armOperations(arm, { data: { train: toyImages(40), classes: 3 }, teachers: [teacher], batch: 16 })
  expect(tf.memory().numTensors).toBe(before)
})
