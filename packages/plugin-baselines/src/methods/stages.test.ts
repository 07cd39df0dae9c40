import { type DistillBatch, type Objective, type StaticShapes, tf } from '@umbra/core'
import { noParts } from '@umbra/core/testing'
import { tinyModel, useCpuBackend } from '@umbra/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { marginsFrom } from '../features/bn-margins.js'
import { resizeNearest } from '../features/resize-nearest.js'
import { ab } from './ab.js'
import { ft } from './ft.js'
import { ofd } from './ofd.js'
import { reviewkd } from './reviewkd.js'

beforeAll(useCpuBackend)

const BATCH = 3
const taps = {
  student: { a: [BATCH, 8, 8, 2], b: [BATCH, 4, 4, 3], v: [BATCH, 3] },
  teacher: { conv: [BATCH, 8, 8, 4], b: [BATCH, 4, 4, 5], v: [BATCH, 5] },
}
const shapes: StaticShapes = {
  batch: BATCH,
  classes: 4,
  samples: 6,
  labels: Int32Array.of(0, 1, 2, 3, 0, 1),
  student: { logits: [BATCH, 4], taps: taps.student },
  teachers: [{ logits: [BATCH, 4], taps: taps.teacher }],
}
const random = (shape: number[], seed: number): tf.Tensor => tf.randomNormal(shape, 0, 1, 'float32', seed)
const all = (named: Readonly<Record<string, number[]>>, seed: number): Record<string, tf.Tensor> =>
  Object.fromEntries(Object.entries(named).map(([name, shape], i) => [name, random(shape, seed + i)]))

const batch = (): DistillBatch => ({
  labels: tf.tensor1d([0, 1, 2], 'int32'),
  ids: tf.tensor1d([0, 1, 2], 'int32'),
  student: { logits: random([BATCH, 4], 1) as tf.Tensor2D, taps: all(taps.student, 10) },
  teachers: [{ logits: random([BATCH, 4], 2) as tf.Tensor2D, taps: all(taps.teacher, 20) }],
  peers: [],
  feeds: {},
  scalars: { temperature: tf.scalar(4) },
  seed: tf.tensor1d([0, 0], 'int32'),
})

const mapTaps = { studentTaps: ['a', 'b'], teacherTaps: ['conv', 'b'] }
const objectives: readonly (readonly [string, () => Objective])[] = [
  ['ab', () => ab.objective(ab.options.parse(mapTaps), noParts)],
  ['ft', () => ft.objective(ft.options.parse({ studentTap: 'b', teacherTap: 'b' }), noParts)],
  [
    'ofd',
    () =>
      ofd.objective(
        ofd.options.parse({ studentTaps: ['a'], teacherTaps: ['conv'], teacherNorms: ['bn'] }),
        noParts,
      ),
  ],
  [
    'reviewkd',
    () =>
      reviewkd.objective(
        reviewkd.options.parse({ studentTaps: ['a', 'b', 'v'], teacherTaps: ['conv', 'b', 'v'] }),
        noParts,
      ),
  ],
]

describe.each(objectives)('%s', (_, create) => {
  it('has finite terms of one value an example and a gradient for every variable', () => {
    const teacher = tinyModel({ filters: 4, batchNorm: true })
    const before = tf.memory().numTensors
    tf.tidy(() => {
      const objective = create()
      const { variables = {}, state = {} } = objective.prepare!(shapes, 3, { teachers: [teacher] })
      const names = Object.keys(variables)
      const loss = (...values: tf.Tensor[]): tf.Scalar => {
        const own = Object.fromEntries(names.map((name, i) => [name, values[i]!]))
        const { terms } = objective.terms(batch(), own, state)
        expect(Object.keys(terms).sort()).toEqual(Object.keys(objective.weights).sort())
        for (const term of Object.values(terms)) expect(term.shape).toEqual([BATCH])
        return tf.addN(Object.values(terms).map((term) => tf.mean<tf.Scalar>(term)))
      }
      const { value, grads } = tf.valueAndGrads(loss)(Object.values(variables))
      expect(Number.isFinite(value.dataSync()[0])).toBe(true)
      for (const [i, gradient] of grads.entries())
        expect(
          gradient.dataSync().every(Number.isFinite) &&
            gradient.shape.join() === variables[names[i]!]!.shape.join(),
        ).toBe(true)
    })
    expect(tf.memory().numTensors).toBe(before)
    teacher.dispose()
  })
})

it('ab and ft have two stages', () => {
  const weights = (objective: Objective) => objective.weights
  expect(weights(ab.objective(ab.options.parse({ initEpochs: 2 }), noParts))).toEqual({
    ab: { kind: 'steps', values: [1, 0], milestones: [2] },
    ce: { kind: 'steps', values: [0, 1], milestones: [2] },
  })
  expect(weights(ft.objective(ft.options.parse({ initEpochs: 2 }), noParts))).toMatchObject({
    reconstruction: { values: [1, 0] },
    ft: { values: [0, 200] },
  })
})

it('the factor term of ft leaves the paraphraser alone', () => {
  tf.tidy(() => {
    const objective = ft.objective(ft.options.parse({ studentTap: 'b', teacherTap: 'b' }), noParts)
    const { variables = {} } = objective.prepare!(shapes, 3, { teachers: [] })
    const gradient = (name: string): number => {
      const by = tf.grad((x: tf.Tensor) => {
        const { terms } = objective.terms(batch(), { ...variables, [name]: x }, {})
        return tf.add(tf.mean(terms.ft!), tf.mul(tf.mean(terms.reconstruction!), 0))
      })(variables[name]!)
      return tf.max(tf.abs(by)).dataSync()[0]!
    }
    expect(gradient('encode2Kernel')).toBe(0)
    expect(gradient('translate2Kernel')).toBeGreaterThan(0)
  })
})

it('ofd refuses a teacher without batch normalisation', () => {
  const objective = ofd.objective(ofd.options.parse({ studentTaps: ['a'], teacherTaps: ['conv'] }), noParts)
  const teacher = tinyModel({ filters: 4, batchNorm: false })
  tf.tidy(() => {
    const prepare = () => objective.prepare!(shapes, 3, { teachers: [teacher] })
    expect(prepare).toThrow(expect.objectContaining({ code: 'UMBRA_TAP_SHAPE' }))
  })
  teacher.dispose()
})

it('margins are the mean of what is negative', () => {
  tf.tidy(() => {
    // A standard normal: -sqrt(2 / pi). A positive shift of 4 deviations: the rule for rare negatives.
    const margins = marginsFrom(tf.tensor1d([1, -2, 1]), tf.tensor1d([0, 0, 4])).dataSync()
    expect(margins[0]).toBeCloseTo(-Math.sqrt(2 / Math.PI), 5)
    expect(margins[1]).toBeCloseTo(-2 * Math.sqrt(2 / Math.PI), 5)
    expect(margins[2]).toBe(-3)
  })
})

it('resizes to the nearest row and column', () => {
  tf.tidy(() => {
    const x = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1])
    expect([...resizeNearest(x, 4, 3).dataSync()]).toEqual([1, 1, 2, 1, 1, 2, 3, 3, 4, 3, 3, 4])
  })
})
