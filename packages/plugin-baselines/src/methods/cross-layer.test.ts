import { tf } from '@umbra/core'
import { noParts } from '@umbra/core/testing'
import { tinyModel, useCpuBackend } from '@umbra/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { TRANSFERRED } from '../simkd/reuse-classifier.js'
import { attend, semckd } from './semckd.js'
import { simkd } from './simkd.js'

beforeAll(useCpuBackend)

const random = (shape: number[], seed: number): tf.Tensor => tf.randomNormal(shape, 0, 1, 'float32', seed)

describe('simkd', () => {
  const build = () => {
    const [student, teacher] = [
      tinyModel({ filters: 3, seed: 1 }),
      tinyModel({ filters: 6, batchNorm: true, seed: 2 }),
    ]
    return { student, teacher, wrapped: simkd.student!(student, [teacher], simkd.options.parse({})) }
  }

  it('ends in the teacher’s classifier, frozen, and trains body and projector', () => {
    const { teacher, wrapped } = build()
    const head = (model: typeof teacher) => model.getLayer('logits').getWeights()
    for (const [i, weight] of head(wrapped).entries())
      expect([...weight.dataSync()]).toEqual([...head(teacher)[i]!.dataSync()])
    const trained = wrapped.trainableWeights.map(({ name }) => name)
    expect(trained.some((name) => name.startsWith('logits'))).toBe(false)
    expect(trained.some((name) => name.startsWith('conv'))).toBe(true)
    expect(trained.some((name) => name.startsWith('simkd_2'))).toBe(true)
    expect(wrapped.getLayer(TRANSFERRED).outputShape).toEqual([null, 8, 8, 6])
    expect(wrapped.outputs[0]!.shape).toEqual([null, 4])
  })

  it('gives the teacher’s logits where the projection is the teacher’s map', () => {
    const { teacher, wrapped } = build()
    tf.tidy(() => {
      const map = random([2, 8, 8, 6], 3)
      const rest = (model: typeof teacher): number[] => {
        const pooled = tf.mean(map, [1, 2])
        return [...(model.getLayer('logits').apply(pooled) as tf.Tensor).dataSync()]
      }
      expect(rest(wrapped)).toEqual(rest(teacher))
    })
  })

  it('leaves no tensor behind, the student’s own classifier included', () => {
    const before = tf.memory().numTensors
    const { teacher, wrapped } = build()
    wrapped.dispose()
    teacher.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })

  it('is 0 where the maps agree, and refuses a tap of other channels', () => {
    tf.tidy(() => {
      const objective = simkd.objective(simkd.options.parse({ teacherTap: 'relu' }), noParts)
      const map = random([2, 8, 8, 6], 3)
      const outputs = (name: string) => ({ logits: random([2, 4], 1) as tf.Tensor2D, taps: { [name]: map } })
      const batch = { student: outputs(TRANSFERRED), teachers: [outputs('relu')] }
      const { terms } = objective.terms(batch as never, {}, {})
      expect([...terms.feature!.dataSync()]).toEqual([0, 0])
      const shapes = {
        student: { logits: [2, 4], taps: { [TRANSFERRED]: [2, 8, 8, 6] } },
        teachers: [{ logits: [2, 4], taps: { relu: [2, 8, 8, 5] } }],
      }
      const prepare = () => objective.prepare!(shapes as never, 0, { teachers: [] })
      expect(prepare).toThrow(expect.objectContaining({ code: 'UMBRA_TAP_SHAPE' }))
    })
  })
})

it('semckd: attention sums to 1, every variable gets a gradient, terms are one value an example', () => {
  const before = tf.memory().numTensors
  tf.tidy(() => {
    const options = semckd.options.parse({ studentTaps: ['a', 'b'], teacherTaps: ['a', 'b'], factor: 2 })
    const objective = semckd.objective(options, noParts)
    const size = {
      student: { a: [6, 8, 8, 2], b: [6, 4, 4, 3] },
      teacher: { a: [6, 8, 8, 4], b: [6, 4, 4, 5] },
    }
    const shapes = {
      batch: 6,
      classes: 4,
      student: { logits: [6, 4], taps: size.student },
      teachers: [{ logits: [6, 4], taps: size.teacher }],
    }
    const { variables = {} } = objective.prepare!(shapes as never, 5, { teachers: [] })
    const maps = (of: Record<string, number[]>, seed: number) =>
      Object.fromEntries(Object.entries(of).map(([name, shape], i) => [name, random(shape, seed + i)]))
    const batch = {
      labels: tf.tensor1d([0, 1, 2, 3, 0, 1], 'int32'),
      student: { logits: random([6, 4], 1), taps: maps(size.student, 10) },
      teachers: [{ logits: random([6, 4], 2), taps: maps(size.teacher, 20) }],
      scalars: { temperature: tf.scalar(4) },
    }
    const { student, teachers } = batch
    const attention = attend(Object.values(student.taps), Object.values(teachers[0]!.taps), variables)
    for (const sum of tf.sum(attention, 2).dataSync()) expect(sum).toBeCloseTo(1, 5)
    const names = Object.keys(variables)
    const { grads } = tf.valueAndGrads((...values: tf.Tensor[]) => {
      const own = Object.fromEntries(names.map((name, i) => [name, values[i]!]))
      const { terms } = objective.terms(batch as never, own, {})
      expect(Object.keys(terms).sort()).toEqual(['ce', 'kd', 'semckd'])
      expect(terms.semckd!.shape).toEqual([6])
      return tf.mean<tf.Scalar>(terms.semckd!)
    })(Object.values(variables))
    for (const gradient of grads) expect(gradient.dataSync().every(Number.isFinite)).toBe(true)
    expect(
      grads.some((gradient, i) => names[i]!.startsWith('key') && tf.max(tf.abs(gradient)).dataSync()[0]! > 0),
    ).toBe(true)
  })
  expect(tf.memory().numTensors).toBe(before)
})
