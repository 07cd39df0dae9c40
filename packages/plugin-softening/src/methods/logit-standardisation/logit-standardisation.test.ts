import { difference, logSoftmax64, mean, useCpuBackend } from '@umbra/testing'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { runMethod } from '../../../test/run-method.js'
import { deviation64, kl64, spreadBatch } from '../../../test/spread-batch.js'
import { logitStandardisation } from './logit-standardisation.js'

beforeAll(useCpuBackend)

const run = runMethod(logitStandardisation)

describe('logit standardisation', () => {
  it('does not change with the scale and shift of either network’s logits, labels aside', () => {
    const factor = fc.double({ min: 0.5, max: 4, noNaN: true })
    fc.assert(
      fc.property(spreadBatch, factor, factor, ({ student, teacher, labels }, a, b) => {
        const scaled = (rows: readonly (readonly number[])[], by: number) =>
          rows.map((row) => row.map((z) => z * by + 3))
        const input = { student, teachers: [teacher], labels }
        const other = { student: scaled(student, a), teachers: [scaled(teacher, b)], labels }
        const close = { relative: 1e-3, absolute: 1e-4 }
        expect(difference(run({}, other).terms.kd!, run({}, input).terms.kd!, close)).toBeUndefined()
      }),
      { numRuns: 40 },
    )
  })

  it('gives finite numbers where all logits are equal', () => {
    const input = { student: [[2, 2, 2]], teachers: [[[2, 2, 2]]], labels: [0] }
    const { terms, gradient } = run({}, input)
    expect([...terms.kd!, ...gradient].every(Number.isFinite)).toBe(true)
  })

  it('weights the soft term 9 to 0.1 at T = 2', () => {
    const input = { student: [[1, 2, 0]], teachers: [[[3, 1, 0]]], labels: [0] }
    const { loss, terms } = run({}, input)
    expect(loss).toBeCloseTo(0.1 * terms.ce![0]! + 9 * terms.kd![0]!, 4)
    const z = (row: number[]) => row.map((x) => (x - mean(row)) / deviation64(row, 2) / 2)
    expect(terms.kd![0]).toBeCloseTo(4 * kl64(logSoftmax64(z([3, 1, 0])), logSoftmax64(z([1, 2, 0]))), 4)
  })
})
