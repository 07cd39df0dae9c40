import { type Weighting, crossEntropy, temperedKl, tf } from '@umbra/core'
import {
  FLOAT32,
  FLOAT32_GRADIENT,
  type GoldenArray,
  type GoldenCase,
  arbitraryBatch,
  difference,
  goldenCases,
  logSoftmax64,
  useCpuBackend,
} from '@umbra/testing'
import { createEngine } from '@umbra/engine'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../test/engines.js'
import { average } from './average.js'
import { entropy } from './entropy.js'
import { fixed } from './fixed.js'

const matrix = ({ shape, data }: GoldenArray) => tf.tensor2d([...data], [shape[0]!, shape[1]!])
const cases = goldenCases(new URL('../../golden/multi_teacher.json', import.meta.url))

/** `CE + strength * sum_k w_k T^2 KL_k`, and its gradient, with the weights of `weighting`. */
function distil({ inputs, labels, hyper }: GoldenCase, weighting: Weighting, strength: number) {
  return tf.tidy(() => {
    const y = tf.tensor1d([...labels], 'int32')
    const teachers = Array.from({ length: hyper.teachers! }, (_, k) => matrix(inputs[`teacher_logits_${k}`]!))
    const t = hyper.T!
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => {
      const student = x as tf.Tensor2D
      const each = teachers.map((z) => temperedKl(z, student, t))
      const weighted = tf.sum(tf.mul(weighting.apply(teachers, y), tf.stack(each, 1)), 1)
      return tf.add(tf.mean(crossEntropy(tf.logSoftmax(student), y)), tf.mul(tf.mean(weighted), strength))
    })(matrix(inputs.student_logits!))
    return { loss: value.dataSync()[0]!, gradient: [...grad.dataSync()] }
  })
}

for (const { id, why } of engines) {
  describe.skipIf(why !== '')(`weightings against published numbers, on ${id}${why}`, () => {
    beforeAll(async () => {
      await createEngine(id)
    })

    it.each(cases.filter((c) => c.method === 'aver_mkd'))('average: $id, $name', (golden) => {
      const { loss, gradient } = distil(golden, average.create({}), 1)
      expect(difference([loss], [golden.outputs.loss], FLOAT32)).toBeUndefined()
      const expected = golden.outputs.grads.student_logits!.data
      expect(difference(gradient, expected, FLOAT32_GRADIENT)).toBeUndefined()
    })

    it.each(cases.filter((c) => c.method === 'ebkd'))(
      'entropy: $id, $name, their weights being (K - 1) of ours and their loss divided by K',
      (golden) => {
        const count = golden.hyper.teachers!
        const { loss, gradient } = distil(golden, entropy.create({}), (count - 1) / count)
        expect(difference([loss], [golden.outputs.loss], FLOAT32)).toBeUndefined()
        const expected = golden.outputs.grads.student_logits!.data
        expect(difference(gradient, expected, FLOAT32_GRADIENT)).toBeUndefined()
      },
    )
  })
}

/** Weights for teachers made of rows of logits `[teachers][batch][classes]`. */
function weigh(weighting: Weighting, teachers: readonly (readonly (readonly number[])[])[]): number[][] {
  const before = tf.memory().numTensors
  const { weights } = tf.tidy(() => {
    const logits: tf.Tensor2D[] = teachers.map((rows) => tf.tensor2d(rows.map((row) => [...row])))
    const labels = tf.zeros<tf.Rank.R1>([teachers[0]!.length], 'int32')
    return { weights: weighting.apply(logits, labels).arraySync() }
  })
  expect(tf.memory().numTensors).toBe(before)
  return weights
}

const entropyOf = (row: readonly number[]): number =>
  -logSoftmax64(row).reduce((sum, x) => sum + Math.exp(x) * x, 0)

describe('every weighting', () => {
  beforeAll(useCpuBackend)

  const all = [
    { name: 'average', weighting: average.create({}) },
    { name: 'fixed', weighting: fixed.create({ weights: [3, 0, 1] }) },
    { name: 'entropy', weighting: entropy.create({}) },
  ]
  it.each(all)('$name: weights are >= 0 and sum to 1 for each sample', ({ weighting }) => {
    fc.assert(
      fc.property(arbitraryBatch(60), ({ student, teacher }) => {
        const weights = weigh(weighting, [student, teacher, student])
        expect(weights).toHaveLength(student.length)
        for (const row of weights) {
          expect(row).toHaveLength(3)
          expect(row.every((w) => w >= 0)).toBe(true)
          expect(row.reduce((sum, w) => sum + w, 0)).toBeCloseTo(1, 5)
        }
      }),
      { numRuns: 30 },
    )
  })
})

describe('entropy', () => {
  beforeAll(useCpuBackend)

  it('is (1 - H_k / sum H) / (K - 1), so that the surer teacher counts more', () => {
    fc.assert(
      fc.property(arbitraryBatch(6), ({ student, teacher }) => {
        const weights = weigh(entropy.create({}), [student, teacher])
        const expected = student.flatMap((row, i) => {
          const [a, b] = [entropyOf(row), entropyOf(teacher[i]!)]
          return [b / (a + b), a / (a + b)]
        })
        expect(difference(weights.flat(), expected, { relative: 1e-3, absolute: 1e-5 })).toBeUndefined()
      }),
      { numRuns: 50 },
    )
  })

  it('is even where all teachers are certain', () => {
    const certain = [[60, -60, -60, -60]]
    expect(
      difference(weigh(entropy.create({}), [certain, certain, certain])[0]!, [1 / 3, 1 / 3, 1 / 3], FLOAT32),
    ).toBeUndefined()
  })

  it('gives one teacher alone the weight 1', () => {
    expect(
      weigh(entropy.create({}), [
        [
          [1, 2, 3],
          [0, 0, 0],
        ],
      ]),
    ).toEqual([[1], [1]])
  })
})

describe('fixed', () => {
  beforeAll(useCpuBackend)

  it('divides the given weights by their sum', () => {
    expect(weigh(fixed.create({ weights: [3, 1] }), [[[1, 2]], [[1, 2]]])).toEqual([[0.75, 0.25]])
  })

  it('refuses another number of weights than teachers', () => {
    expect(() => weigh(fixed.create({ weights: [1] }), [[[1, 2]], [[1, 2]]])).toThrow(
      expect.objectContaining({ code: 'UMBRA_TEACHERS' }),
    )
  })

  it.each([{ weights: [] }, { weights: [0, 0] }, { weights: [1, -1] }])('refuses %j', (options) => {
    expect(fixed.options.safeParse(options).success).toBe(false)
  })
})
