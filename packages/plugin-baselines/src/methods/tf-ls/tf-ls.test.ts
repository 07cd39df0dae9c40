import { type z } from '@umbra/core'
import { type ObjectiveCase, evaluateObjective, noParts } from '@umbra/core/testing'
import { FLOAT32, arbitraryBatch, difference, logSoftmax64, useCpuBackend } from '@umbra/testing'
import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { itLeavesNoTensor } from '../../../test/chain-method.js'
import { tfLs } from './tf-ls.js'

beforeAll(useCpuBackend)

const run = (options: z.input<typeof tfLs.options>, input: Omit<ObjectiveCase, 'teachers'>) =>
  evaluateObjective(tfLs.objective(tfLs.options.parse(options), noParts), { ...input, teachers: [] })

/** Sum over classes of `f(target_c, log_c)`. */
const sumOver = (
  target: readonly number[],
  log: readonly number[],
  f: (target: number, log: number) => number,
): number => target.reduce((sum, p, c) => sum + f(p, log[c] ?? Number.NaN), 0)

itLeavesNoTensor(tfLs)

it('at temperature 1 is cross-entropy with smoothed labels, less the entropy of the target', () => {
  fc.assert(
    fc.property(arbitraryBatch(20), ({ student, labels }) => {
      const { kd } = run({ temperature: 1, correct: 0.9, alpha: 1 }, { student, labels }).terms
      const expected = student.map((row, i) => {
        const target = row.map((_, c) => (c === labels[i] ? 0.9 : 0.1 / (row.length - 1)))
        return sumOver(target, logSoftmax64(row), (p, log) => p * (Math.log(p) - log))
      })
      expect(difference(kd ?? [], expected, { relative: 1e-4, absolute: 1e-4 })).toBeUndefined()
    }),
    { numRuns: 20 },
  )
})

it('as released softens probabilities and divides by classes', () => {
  const z = [1, -2, 0.5]
  const { loss } = run({ variant: 'as-released', alpha: 1, multiplier: 50 }, { student: [z], labels: [2] })
  const target = logSoftmax64([0.005, 0.005, 0.99].map((p) => p / 20))
  const expected = (50 / 3) * sumOver(target, logSoftmax64(z), (t, log) => Math.exp(t) * (t - log))
  expect(difference([loss], [expected], FLOAT32)).toBeUndefined()
})
