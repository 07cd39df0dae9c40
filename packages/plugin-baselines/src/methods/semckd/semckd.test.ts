import { type TensorRecord, entryOf, tf } from '@umbra/core'
import { evaluateTerms, noParts } from '@umbra/core/testing'
import { useCpuBackend } from '@umbra/testing'
import { beforeAll, expect, it } from 'vitest'
import { attend, semckd } from './semckd.js'

beforeAll(useCpuBackend)

const BATCH = 6
const TAPS = {
  student: { a: [BATCH, 8, 8, 2], b: [BATCH, 4, 4, 3] },
  teacher: { a: [BATCH, 8, 8, 4], b: [BATCH, 4, 4, 5] },
}
const objective = semckd.objective(
  semckd.options.parse({ studentTaps: ['a', 'b'], teacherTaps: ['a', 'b'], factor: 2 }),
  noParts,
)

const random = <R extends tf.Rank>(shape: number[], seed: number) =>
  tf.randomNormal<R>(shape as tf.ShapeMap[R], 0, 1, 'float32', seed)
const maps = (shapes: Readonly<Record<string, number[]>>, seed: number): TensorRecord =>
  Object.fromEntries(Object.entries(shapes).map(([name, shape], i) => [name, random(shape, seed + i)]))

const variables = (): TensorRecord => {
  const shapes = (taps: Readonly<Record<string, number[]>>) => ({ logits: [BATCH, 4], taps })
  const sizes = { batch: BATCH, classes: 4, samples: BATCH, labels: new Int32Array(BATCH) }
  const prepared = objective.prepare?.(
    { ...sizes, student: shapes(TAPS.student), teachers: [shapes(TAPS.teacher)] },
    5,
    { teachers: [] },
  )
  return prepared?.variables ?? {}
}

it('attention of a student stage sums to 1', () => {
  tf.tidy(() => {
    const [student, teacher] = [maps(TAPS.student, 10), maps(TAPS.teacher, 20)]
    const attention = attend(Object.values(student), Object.values(teacher), variables())
    expect(attention.shape).toEqual([BATCH, 2, 2])
    for (const sum of tf.sum(attention, 2).dataSync()) expect(sum).toBeCloseTo(1, 5)
  })
})

it('every variable gets a finite gradient, keys too, and terms are one value an example', () => {
  const before = tf.memory().numTensors
  tf.tidy(() => {
    const initial = Object.entries(variables())
    const loss = (...values: tf.Tensor[]): tf.Scalar => {
      const { terms } = evaluateTerms(objective, {
        student: { logits: random([BATCH, 4], 1), taps: maps(TAPS.student, 10) },
        teachers: [{ logits: random([BATCH, 4], 2), taps: maps(TAPS.teacher, 20) }],
        labels: tf.tensor1d([0, 1, 2, 3, 0, 1], 'int32'),
        variables: Object.fromEntries(values.map((value, i) => [initial[i]?.[0] ?? '', value])),
      })
      expect(Object.keys(terms).sort()).toEqual(['ce', 'kd', 'semckd'])
      const term = entryOf(terms, 'semckd')
      expect(term.shape).toEqual([BATCH])
      return tf.mean(term)
    }
    const { grads } = tf.valueAndGrads(loss)(initial.map(([, x]) => x))
    const largest = grads.map((gradient, i) => ({
      name: initial[i]?.[0] ?? '',
      size: Math.max(...gradient.dataSync().map(Math.abs)),
    }))
    for (const { size } of largest) expect(Number.isFinite(size)).toBe(true)
    expect(largest.some(({ name, size }) => name.startsWith('key') && size > 0)).toBe(true)
  })
  expect(tf.memory().numTensors).toBe(before)
})
