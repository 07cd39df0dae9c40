import { tf, type z } from '@umbra/core'
import { type ObjectiveCase, evaluateObjective, noParts } from '@umbra/core/testing'
import { arbitraryBatch, difference, logSoftmax64, mean, useCpuBackend } from '@umbra/testing'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { atsSoftening } from '../softenings/ats.js'
import { dkd } from './dkd.js'
import { kd } from './kd.js'
import { nkd } from './nkd.js'

beforeAll(useCpuBackend)

const parts = {
  ...noParts,
  softening: (id: string, options?: unknown) => {
    expect(id).toBe('ats')
    return atsSoftening.create(atsSoftening.options.parse(options))
  },
}
const runDkd = (options: z.input<typeof dkd.options>, input: ObjectiveCase) =>
  evaluateObjective(dkd.objective(dkd.options.parse(options), parts), input)
const runNkd = (options: z.input<typeof nkd.options>, input: ObjectiveCase) =>
  evaluateObjective(nkd.objective(nkd.options.parse(options), parts), input)

const CLOSE = { relative: 1e-4, absolute: 1e-4 }
const soft = (row: readonly number[], t: number) => logSoftmax64(row.map((z) => z / t))
const wrongOf = (row: readonly number[], label: number, t: number) =>
  soft(
    row.filter((_, c) => c !== label),
    t,
  )

describe('dkd', () => {
  it('has the parts of KL: KL = TCKD + (1 - p_y) NCKD', () => {
    fc.assert(
      fc.property(arbitraryBatch(20), ({ student, teacher, labels }) => {
        const input = { student, teachers: [teacher], labels }
        const { terms } = runDkd({}, input)
        const whole = evaluateObjective(kd.objective(kd.options.parse({}), noParts), input).terms.kd!
        const sum = teacher.map((row, i) => {
          const rest = 1 - Math.exp(soft(row, 4)[labels[i]!]!)
          return terms.tckd![i]! + rest * terms.nckd![i]!
        })
        expect(difference(sum, whole, CLOSE)).toBeUndefined()
      }),
      { numRuns: 40 },
    )
  })

  it('compares the wrong classes as float64 does, at logits up to 60', () => {
    fc.assert(
      fc.property(arbitraryBatch(60), ({ student, teacher, labels }) => {
        const { terms, gradient } = runDkd(
          { temperature: 2, warmUp: 0 },
          { student, teachers: [teacher], labels },
        )
        const expected = teacher.map((row, i) => {
          const p = wrongOf(row, labels[i]!, 2)
          const q = wrongOf(student[i]!, labels[i]!, 2)
          return 4 * p.reduce((sum, x, c) => sum + Math.exp(x) * (x - q[c]!), 0)
        })
        expect(difference(terms.nckd!, expected, CLOSE)).toBeUndefined()
        expect([...terms.tckd!, ...gradient].every(Number.isFinite)).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  it('is 0, with no gradient, where the student equals the teacher', () => {
    fc.assert(
      fc.property(arbitraryBatch(60), ({ student, labels }) => {
        const input = { student, teachers: [student], labels }
        const { terms, gradient } = runDkd({ ceWeight: 0, warmUp: 0 }, input)
        expect([...terms.tckd!, ...terms.nckd!, ...gradient].every((x) => Math.abs(x) < 1e-4)).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  it('survives a gap of logits beyond the 1000 T of the released mask', () => {
    const input = { student: [[5000, 1, 3]], teachers: [[[9000, 3, 1]]], labels: [0] }
    const { terms } = runDkd({ temperature: 1 }, input)
    const expected = wrongOf([0, 3, 1], 0, 1).reduce(
      (sum, x, c) => sum + Math.exp(x) * (x - wrongOf([0, 1, 3], 0, 1)[c]!),
      0,
    )
    expect(terms.nckd![0]).toBeCloseTo(expected, 3)
  })

  it('warms up over its epochs, cross-entropy excepted', () => {
    const input = { student: [[1, 2, 0]], teachers: [[[3, 1, 0]]], labels: [0], epochs: 40 }
    const at = (epoch: number) => {
      const { loss, terms } = runDkd({ warmUp: 20 }, { ...input, epoch })
      return (loss - mean(terms.ce!)) / (terms.tckd![0]! + 8 * terms.nckd![0]!)
    }
    expect(at(0)).toBeCloseTo(0, 5)
    expect(at(5)).toBeCloseTo(0.25, 5)
    expect(at(30)).toBeCloseTo(1, 5)
  })

  it('takes another softening of the teacher with its options and scalars', () => {
    fc.assert(
      fc.property(arbitraryBatch(20), ({ student, teacher, labels }) => {
        const input = { student, teachers: [teacher], labels }
        const other = runDkd({ softening: 'ats', softeningOptions: { tau1: 4, tau2: 4 } }, input)
        const plain = runDkd({}, input)
        for (const name of ['tckd', 'nckd'])
          expect(difference(other.terms[name]!, plain.terms[name]!, CLOSE)).toBeUndefined()
        const lower = runDkd({ softening: 'ats', softeningOptions: { tau1: 4, tau2: 2 } }, input)
        const expected = teacher.map((row, i) => {
          const p = wrongOf(row, labels[i]!, 2)
          const q = wrongOf(student[i]!, labels[i]!, 4)
          return 16 * p.reduce((sum, x, c) => sum + Math.exp(x) * (x - q[c]!), 0)
        })
        expect(difference(lower.terms.nckd!, expected, CLOSE)).toBeUndefined()
      }),
      { numRuns: 25 },
    )
  })
})

describe('dkd as released', () => {
  it('is the same in ordinary cases', () => {
    fc.assert(
      fc.property(arbitraryBatch(8), ({ student, teacher, labels }) => {
        const input = { student, teachers: [teacher], labels }
        const [sound, released] = [runDkd({}, input), runDkd({ variant: 'as-released' }, input)]
        for (const name of ['tckd', 'nckd'])
          expect(difference(released.terms[name]!, sound.terms[name]!, CLOSE)).toBeUndefined()
        expect(
          difference(released.gradient, sound.gradient, { relative: 1e-3, absolute: 1e-4 }),
        ).toBeUndefined()
      }),
      { numRuns: 25 },
    )
  })

  it('is infinite where the student is sure of another class, and keeps a label that stands 1000 above', () => {
    const certain = { student: [[0, 900, 0]], teachers: [[[2, 1, 0]]], labels: [0] }
    expect(runDkd({ variant: 'as-released' }, certain).terms.tckd![0]).toBe(Infinity)
    expect(Number.isFinite(runDkd({}, certain).terms.tckd![0])).toBe(true)
    const above = { student: [[5000, 0, 1]], teachers: [[[5000, 1, 0]]], labels: [0] }
    expect(runDkd({ variant: 'as-released' }, above).terms.nckd![0]).toBeCloseTo(0, 6)
    expect(runDkd({}, above).terms.nckd![0]).toBeGreaterThan(0.1)
  })
})

describe('nkd', () => {
  it('agrees with float64, at logits up to 60', () => {
    fc.assert(
      fc.property(arbitraryBatch(60), ({ student, teacher, labels }) => {
        const { terms, loss, gradient } = runNkd({ temperature: 2 }, { student, teachers: [teacher], labels })
        const ce = student.map((row, i) => -logSoftmax64(row)[labels[i]!]!)
        const target = teacher.map((row, i) => Math.exp(logSoftmax64(row)[labels[i]!]!) * ce[i]!)
        const rest = teacher.map((row, i) => {
          const q = wrongOf(student[i]!, labels[i]!, 2)
          return -4 * wrongOf(row, labels[i]!, 2).reduce((sum, x, c) => sum + Math.exp(x) * q[c]!, 0)
        })
        expect(difference(terms.ce!, ce, CLOSE)).toBeUndefined()
        expect(difference(terms.target!, target, CLOSE)).toBeUndefined()
        expect(difference(terms.nonTarget!, rest, CLOSE)).toBeUndefined()
        const whole = mean(ce) + mean(target) + 1.5 * mean(rest)
        expect(difference([loss], [whole], CLOSE)).toBeUndefined()
        expect(gradient.every(Number.isFinite)).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  it('leaves the confidence in the label unsoftened under another softening', () => {
    const input = { student: [[1, 2, 0]], teachers: [[[3, 1, 0]]], labels: [0] }
    const { terms } = runNkd({ softening: 'ats' }, input)
    expect(terms.target![0]).toBeCloseTo(Math.exp(logSoftmax64([3, 1, 0])[0]!) * terms.ce![0]!, 4)
  })
})

it.each([
  { name: 'dkd', run: () => runDkd({ softening: 'ats' }, CASE) },
  { name: 'nkd', run: () => runNkd({ softening: 'ats' }, CASE) },
])('$name leaves no tensor behind', ({ run }) => {
  run()
  const before = tf.memory().numTensors
  run()
  expect(tf.memory().numTensors).toBe(before)
})

const CASE: ObjectiveCase = { student: [[1, 2, 0]], teachers: [[[3, 1, 0]]], labels: [0] }
