import type { z } from '@umbra/core'
import { type ObjectiveCase, evaluateObjective, noParts } from '@umbra/core/testing'
import { arbitraryBatch, difference, logSoftmax64, mean, useCpuBackend } from '@umbra/testing'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { logitStandardisation } from './logit-standardisation.js'
import { skd } from './skd.js'

beforeAll(useCpuBackend)

const runLs = (options: z.input<typeof logitStandardisation.options>, input: ObjectiveCase) =>
  evaluateObjective(
    logitStandardisation.objective(logitStandardisation.options.parse(options), noParts),
    input,
  )
const runSkd = (options: z.input<typeof skd.options>, input: ObjectiveCase) =>
  evaluateObjective(skd.objective(skd.options.parse(options), noParts), input)

const deviation = (row: readonly number[], divisor: number) =>
  Math.sqrt(row.reduce((sum, z) => sum + (z - mean(row)) ** 2, 0) / divisor)
const kl = (p: readonly number[], q: readonly number[]) =>
  p.reduce((sum, x, c) => sum + Math.exp(x) * (x - q[c]!), 0)

/** Batches in which no example's logits are all but equal: there a tenth of a rounding is as large as the deviation. */
const spread = arbitraryBatch(60).filter(({ student, teacher }) =>
  [...student, ...teacher].every((row) => deviation(row, row.length) > 0.1),
)

describe('skd', () => {
  it('agrees with float64, labels included', () => {
    fc.assert(
      fc.property(spread, ({ student, teacher, labels }) => {
        const { terms, loss } = runSkd({ multiplier: 2.5 }, { student, teachers: [teacher], labels })
        const sphere = (row: readonly number[]) =>
          row.map((z) => (2.5 * (z - mean(row))) / Math.sqrt(deviation(row, row.length) ** 2 + 1e-7))
        const soft = (row: readonly number[]) => logSoftmax64(sphere(row).map((z) => z / 4))
        const ce = student.map((row, i) => -logSoftmax64(sphere(row))[labels[i]!]!)
        const soften = teacher.map((row, i) => 16 * kl(soft(row), soft(student[i]!)))
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
      fc.property(spread, ({ student, teacher, labels }) => {
        const { gradient } = runSkd({}, { student, teachers: [teacher], labels })
        for (const [i, row] of student.entries()) {
          const along = row.reduce((sum, z, c) => sum + z * gradient[i * row.length + c]!, 0)
          expect(Math.abs(along)).toBeLessThan(1e-3)
        }
      }),
      { numRuns: 25 },
    )
  })
})

describe('logit standardisation', () => {
  it('does not change with the scale and shift of either network’s logits, labels aside', () => {
    const factor = fc.double({ min: 0.5, max: 4, noNaN: true })
    fc.assert(
      fc.property(spread, factor, factor, ({ student, teacher, labels }, a, b) => {
        const scaled = (rows: readonly (readonly number[])[], by: number) =>
          rows.map((row) => row.map((z) => z * by + 3))
        const input = { student, teachers: [teacher], labels }
        const other = { student: scaled(student, a), teachers: [scaled(teacher, b)], labels }
        const close = { relative: 1e-3, absolute: 1e-4 }
        expect(difference(runLs({}, other).terms.kd!, runLs({}, input).terms.kd!, close)).toBeUndefined()
      }),
      { numRuns: 40 },
    )
  })

  it('gives finite numbers where all logits are equal', () => {
    const input = { student: [[2, 2, 2]], teachers: [[[2, 2, 2]]], labels: [0] }
    const { terms, gradient } = runLs({}, input)
    expect([...terms.kd!, ...gradient].every(Number.isFinite)).toBe(true)
  })

  it('weights the soft term 9 to 0.1 at T = 2', () => {
    const input = { student: [[1, 2, 0]], teachers: [[[3, 1, 0]]], labels: [0] }
    const { loss, terms } = runLs({}, input)
    expect(loss).toBeCloseTo(0.1 * terms.ce![0]! + 9 * terms.kd![0]!, 4)
    const z = (row: number[]) => row.map((x) => (x - mean(row)) / deviation(row, 2) / 2)
    expect(terms.kd![0]).toBeCloseTo(4 * kl(logSoftmax64(z([3, 1, 0])), logSoftmax64(z([1, 2, 0]))), 4)
  })
})
