import { tf } from '@umbra/core'
import { type ObjectiveCase, evaluateObjective, noParts } from '@umbra/core/testing'
import { FLOAT32, arbitraryBatch, difference, logSoftmax64, useCpuBackend } from '@umbra/testing'
import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { ban } from './ban.js'
import { eskd } from './eskd.js'
import { takd } from './takd.js'
import { tfLs } from './tf-ls.js'

beforeAll(useCpuBackend)

const student = { id: 'tiny', options: { width: 2 } }
const kl64 = (target: readonly number[], z: readonly number[], t: number): number => {
  const [p, s] = [target, z].map((row) => logSoftmax64(row.map((x) => x / t)))
  return t * t * p!.reduce((sum, x, c) => sum + Math.exp(x) * (x - s![c]!), 0)
}

it('takd and ban learn from the last of the chain alone', () => {
  fc.assert(
    fc.property(arbitraryBatch(10), ({ student: z, teacher, labels }) => {
      const first = teacher.map((row) => row.map((x) => -x))
      const input: ObjectiveCase = { student: z, teachers: [first, teacher], labels }
      const expected = z.map((row, i) => kl64(teacher[i]!, row, 5))
      const chain = evaluateObjective(takd.objective(takd.options.parse({}), noParts), input)
      const born = evaluateObjective(ban.objective(ban.options.parse({ temperature: 5 }), noParts), input)
      const tolerance = { relative: 1e-4, absolute: 1e-4 }
      expect(difference(chain.terms.kd!, expected, tolerance)).toBeUndefined()
      expect(difference(born.terms.kd!, expected, tolerance)).toBeUndefined()
    }),
    { numRuns: 20 },
  )
})

it('takd trains its assistants in order, each on the one before it', () => {
  const options = takd.options.parse({ assistants: ['a', { id: 'b', options: { width: 3 } }] })
  const assistants = takd.assistants!(options, student)
  expect(assistants.map(({ model, teachers }) => [model, teachers])).toEqual([
    [{ id: 'a', options: {} }, 'last'],
    [{ id: 'b', options: { width: 3 } }, 'last'],
  ])
  expect(new Set(assistants.map(({ label }) => label)).size).toBe(2)
  const identity = (temperature: number) =>
    takd.assistants!(takd.options.parse({ temperature }), student)[0]!.identity
  expect(identity(4)).not.toEqual(identity(5))
})

it('ban makes one assistant fewer than generations, all like the student', () => {
  const assistants = ban.assistants!(ban.options.parse({ generations: 3 }), student)
  expect(assistants.map(({ model, teachers }) => [model, teachers])).toEqual([
    [student, 'last'],
    [student, 'last'],
  ])
  expect(assistants[0]!.identity).not.toEqual(assistants[1]!.identity)
  expect(ban.assistants!(ban.options.parse({ generations: 1 }), student)).toEqual([])
})

it('eskd is distillation before the stop and labels alone after it', () => {
  const objective = eskd.objective(eskd.options.parse({ stopEpoch: 3 }), noParts)
  const input = { student: [[1, 2, 0]], teachers: [[[0, 3, 1]]], labels: [1], epochs: 6 }
  const before = evaluateObjective(objective, { ...input, epoch: 2.9 })
  const after = evaluateObjective(objective, { ...input, epoch: 3 })
  expect(before.loss).toBeCloseTo(0.1 * before.terms.ce![0]! + 0.9 * kl64([0, 3, 1], [1, 2, 0], 4), 5)
  expect(after.loss).toBeCloseTo(-logSoftmax64([1, 2, 0])[1]!, 5)
})

it('tf-ls at temperature 1 is cross-entropy with smoothed labels, less the entropy of the target', () => {
  fc.assert(
    fc.property(arbitraryBatch(20), ({ student: z, labels }) => {
      const options = tfLs.options.parse({ temperature: 1, correct: 0.9, alpha: 1 })
      const result = evaluateObjective(tfLs.objective(options, noParts), { student: z, teachers: [], labels })
      const expected = z.map((row, i) => {
        const log = logSoftmax64(row)
        const target = row.map((_, c) => (c === labels[i] ? 0.9 : 0.1 / (row.length - 1)))
        return target.reduce((sum, p, c) => sum + p * (Math.log(p) - log[c]!), 0)
      })
      expect(difference(result.terms.kd!, expected, { relative: 1e-4, absolute: 1e-4 })).toBeUndefined()
    }),
    { numRuns: 20 },
  )
})

it('tf-ls as released softens probabilities and divides by classes', () => {
  const options = tfLs.options.parse({ variant: 'as-released', alpha: 1, multiplier: 50 })
  const z = [1, -2, 0.5]
  const result = evaluateObjective(tfLs.objective(options, noParts), {
    student: [z],
    teachers: [],
    labels: [2],
  })
  const target = logSoftmax64([0.005, 0.005, 0.99].map((p) => p / 20))
  const log = logSoftmax64(z)
  const expected = (50 / 3) * target.reduce((sum, t, c) => sum + Math.exp(t) * (t - log[c]!), 0)
  expect(difference([result.loss], [expected], FLOAT32)).toBeUndefined()
})

it('leaves no tensor behind', () => {
  const input = { student: [[1, 2, 3]], teachers: [[[0, 1, 2]]], labels: [1] }
  const before = tf.memory().numTensors
  for (const method of [takd, ban, eskd, tfLs])
    evaluateObjective(method.objective(method.options.parse({}) as never, noParts), input)
  expect(tf.memory().numTensors).toBe(before)
})
