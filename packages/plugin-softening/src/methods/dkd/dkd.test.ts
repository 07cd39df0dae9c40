import { tf } from '@umbra/core'
import { arbitraryBatch, difference, mean, useCpuBackend } from '@umbra/testing'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { atsPart } from '../../../test/ats-part.js'
import { runMethod } from '../../../test/run-method.js'
import { soft64, wrong64 } from '../../../test/wrong-classes64.js'
import { kd } from '../kd/kd.js'
import { dkd } from './dkd.js'

beforeAll(useCpuBackend)

const run = runMethod(dkd, atsPart)
const CLOSE = { relative: 1e-4, absolute: 1e-4 }

describe('dkd', () => {
  it('has the parts of KL: KL = TCKD + (1 - p_y) NCKD', () => {
    fc.assert(
      fc.property(arbitraryBatch(20), ({ student, teacher, labels }) => {
        const input = { student, teachers: [teacher], labels }
        const { terms } = run({}, input)
        const whole = runMethod(kd)({}, input).terms.kd!
        const sum = teacher.map((row, i) => {
          const rest = 1 - Math.exp(soft64(row, 4)[labels[i]!]!)
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
        const { terms, gradient } = run(
          { temperature: 2, warmUp: 0 },
          { student, teachers: [teacher], labels },
        )
        const expected = teacher.map((row, i) => {
          const p = wrong64(row, labels[i]!, 2)
          const q = wrong64(student[i]!, labels[i]!, 2)
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
        const { terms, gradient } = run({ ceWeight: 0, warmUp: 0 }, input)
        expect([...terms.tckd!, ...terms.nckd!, ...gradient].every((x) => Math.abs(x) < 1e-4)).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  it('survives a gap of logits beyond the 1000 T of the released mask', () => {
    const input = { student: [[5000, 1, 3]], teachers: [[[9000, 3, 1]]], labels: [0] }
    const { terms } = run({ temperature: 1 }, input)
    const expected = wrong64([0, 3, 1], 0, 1).reduce(
      (sum, x, c) => sum + Math.exp(x) * (x - wrong64([0, 1, 3], 0, 1)[c]!),
      0,
    )
    expect(terms.nckd![0]).toBeCloseTo(expected, 3)
  })

  it('warms up over its epochs, cross-entropy excepted', () => {
    const input = { student: [[1, 2, 0]], teachers: [[[3, 1, 0]]], labels: [0], epochs: 40 }
    const at = (epoch: number) => {
      const { loss, terms } = run({ warmUp: 20 }, { ...input, epoch })
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
        const other = run({ softening: 'ats', softeningOptions: { tau1: 4, tau2: 4 } }, input)
        const plain = run({}, input)
        for (const name of ['tckd', 'nckd'])
          expect(difference(other.terms[name]!, plain.terms[name]!, CLOSE)).toBeUndefined()
        const lower = run({ softening: 'ats', softeningOptions: { tau1: 4, tau2: 2 } }, input)
        const expected = teacher.map((row, i) => {
          const p = wrong64(row, labels[i]!, 2)
          const q = wrong64(student[i]!, labels[i]!, 4)
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
        const [sound, released] = [run({}, input), run({ variant: 'as-released' }, input)]
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
    expect(run({ variant: 'as-released' }, certain).terms.tckd![0]).toBe(Infinity)
    expect(Number.isFinite(run({}, certain).terms.tckd![0])).toBe(true)
    const above = { student: [[5000, 0, 1]], teachers: [[[5000, 1, 0]]], labels: [0] }
    expect(run({ variant: 'as-released' }, above).terms.nckd![0]).toBeCloseTo(0, 6)
    expect(run({}, above).terms.nckd![0]).toBeGreaterThan(0.1)
  })
})

it('leaves no tensor behind', () => {
  const input = { student: [[1, 2, 0]], teachers: [[[3, 1, 0]]], labels: [0] }
  run({ softening: 'ats' }, input)
  const before = tf.memory().numTensors
  run({ softening: 'ats' }, input)
  expect(tf.memory().numTensors).toBe(before)
})
