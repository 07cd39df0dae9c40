import { difference, logSoftmax64, mean, useCpuBackend } from '@umbra/testing'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { runMethod } from '../../../test/run-method.js'
import { deviation64, kl64, spreadBatch } from '../../../test/spread-batch.js'
import { skd } from './skd.js'

beforeAll(useCpuBackend)

const run = runMethod(skd)

describe('skd', () => {
  it('agrees with float64, labels included', () => {
    fc.assert(
      fc.property(spreadBatch, ({ student, teacher, labels }) => {
        const { terms, loss } = run({ multiplier: 2.5 }, { student, teachers: [teacher], labels })
        const sphere = (row: readonly number[]) =>
          row.map((z) => (2.5 * (z - mean(row))) / Math.sqrt(deviation64(row, row.length) ** 2 + 1e-7))
        const soft = (row: readonly number[]) => logSoftmax64(sphere(row).map((z) => z / 4))
        const ce = student.map((row, i) => -logSoftmax64(sphere(row))[labels[i]!]!)
        const soften = teacher.map((row, i) => 16 * kl64(soft(row), soft(student[i]!)))
        const close = { relative: 1e-4, absolute: 1e-4 }
        expect(difference(terms.ce!, ce, close)).toBeUndefined()
        expect(difference(terms.kd!, soften, close)).toBeUndefined()
        expect(difference([loss], [0.1 * mean(ce) + 0.9 * mean(soften)], close)).toBeUndefined()
      }),
      { numRuns: 40 },
    )
  })

  it('has no gradient along the logits themselves: their norm does not matter', () => {
    fc.assert(
      fc.property(spreadBatch, ({ student, teacher, labels }) => {
        const { gradient } = run({}, { student, teachers: [teacher], labels })
        for (const [i, row] of student.entries()) {
          const along = row.reduce((sum, z, c) => sum + z * gradient[i * row.length + c]!, 0)
          expect(Math.abs(along)).toBeLessThan(1e-3)
        }
      }),
      { numRuns: 25 },
    )
  })
})
