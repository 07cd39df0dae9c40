import type { ObjectiveCase } from '@umbra/core/testing'
import { arbitraryBatch, difference, logSoftmax64, mean, useCpuBackend } from '@umbra/testing'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { median64 } from '../../../test/median64.js'
import { runMethod } from '../../../test/run-method.js'
import { mlkd } from './mlkd.js'

beforeAll(useCpuBackend)

const CLOSE = { relative: 1e-3, absolute: 1e-4 }

describe('mlkd', () => {
  const run = (variant: 'sound' | 'as-released', input: ObjectiveCase) =>
    runMethod(mlkd)({ temperatures: [4, 2], variant }, input)
  const softened = (rows: readonly (readonly number[])[], t: number) =>
    rows.map((row) => logSoftmax64(row.map((z) => z / t)).map(Math.exp))
  const gram = (p: readonly (readonly number[])[]) =>
    p.map((a) => p.map((b) => a.reduce((sum, x, k) => sum + x * b[k]!, 0)))
  const transposed = (p: readonly (readonly number[])[]) => p[0]!.map((_, c) => p.map((row) => row[c]!))
  const rowGaps = (a: readonly (readonly number[])[], b: readonly (readonly number[])[]) =>
    a.map((row, i) => row.reduce((sum, x, j) => sum + (x - b[i]![j]!) ** 2, 0))

  // Multiples of a quarter, and no two alike: a tie at the median would be decided by rounding.
  const distinct = arbitraryBatch(6).filter(({ teacher }) => {
    const confidence = softened(teacher, 1).map((row) => Math.max(...row))
    const mass = transposed(softened(teacher, 1)).map((column) => column.reduce((sum, p) => sum + p, 0))
    const apart = (values: number[]) => {
      const centre = median64(values)
      const gaps = values.map((x) => Math.abs(x - centre)).toSorted((a, b) => a - b)
      return values.length % 2 === 1 ? (gaps[1] ?? 1) > 1e-4 : gaps[0]! > 1e-4
    }
    return apart(confidence) && apart(mass)
  })

  it('sound: aligns the samples and classes of at most median confidence, as in float64', () => {
    fc.assert(
      fc.property(distinct, ({ student, teacher, labels }) => {
        const { terms } = run('sound', { student, teachers: [teacher], labels })
        const confidence = softened(teacher, 1).map((row) => Math.max(...row))
        const mass = transposed(softened(teacher, 1)).map((column) => column.reduce((sum, p) => sum + p, 0))
        const slack = 1e-6
        const lowConfidence = confidence.map((x) => (x <= median64(confidence) + slack ? 1 : 0))
        const classes = mass.map((x) => (x <= median64(mass) + slack ? 1 : 0))
        const kd = student.map(() => 0)
        const bc = student.map(() => 0)
        let cc = 0
        for (const t of [4, 2]) {
          const [p, q] = [softened(teacher, t), softened(student, t)]
          const between = rowGaps(gram(p), gram(q))
          for (const i of kd.keys()) {
            const divergence = p[i]!.reduce((sum, x, c) => sum + x * Math.log(x / q[i]![c]!), 0)
            kd[i]! += lowConfidence[i]! * t * t * divergence
            bc[i]! += lowConfidence[i]! * between[i]!
          }
          const rows = rowGaps(gram(transposed(p)), gram(transposed(q)))
          cc += rows.reduce((sum, x, c) => sum + classes[c]! * x, 0) / rows.length
        }
        expect(difference(terms.kd!, kd, CLOSE)).toBeUndefined()
        expect(difference(terms.bc!, bc, CLOSE)).toBeUndefined()
        expect(
          difference(
            terms.cc!,
            student.map(() => cc),
            CLOSE,
          ),
        ).toBeUndefined()
      }),
      { numRuns: 30 },
    )
  })

  it('as released: the mask only scales, so that no sample is left out', () => {
    const input = {
      student: [
        [1, 2, 0],
        [0, 1, 3],
      ],
      teachers: [
        [
          [9, 0, 1],
          [1, 0, 2],
        ],
      ],
      labels: [0, 2],
    }
    const sound = run('sound', input).terms.kd!
    const released = run('as-released', input).terms.kd!
    expect(sound[0]).toBe(0)
    expect(released[0]).toBeGreaterThan(1)
    expect(released[1]).toBeCloseTo(sound[1]! / 2, 4)
  })

  it('is finite at logits of 60, and 0 where the student equals the teacher', () => {
    fc.assert(
      fc.property(arbitraryBatch(60), ({ student, teacher, labels }) => {
        const apart = run('sound', { student, teachers: [teacher], labels })
        expect([apart.loss, ...apart.gradient].every(Number.isFinite)).toBe(true)
        const { kd, cc, bc } = run('sound', { student, teachers: [student], labels }).terms
        expect(mean([...kd!, ...cc!, ...bc!].map(Math.abs))).toBeLessThan(1e-4)
      }),
      { numRuns: 30 },
    )
  })
})
