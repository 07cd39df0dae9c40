import { tf } from '@umbra/core'
import { arbitraryBatch, difference, logSoftmax64, mean, useCpuBackend } from '@umbra/testing'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { atsPart } from '../../../test/ats-part.js'
import { runMethod } from '../../../test/run-method.js'
import { wrong64 } from '../../../test/wrong-classes64.js'
import { nkd } from './nkd.js'

beforeAll(useCpuBackend)

const run = runMethod(nkd, atsPart)
const CLOSE = { relative: 1e-4, absolute: 1e-4 }

describe('nkd', () => {
  it('agrees with float64, at logits up to 60', () => {
    fc.assert(
      fc.property(arbitraryBatch(60), ({ student, teacher, labels }) => {
        const { terms, loss, gradient } = run({ temperature: 2 }, { student, teachers: [teacher], labels })
        const ce = student.map((row, i) => -logSoftmax64(row)[labels[i]!]!)
        const target = teacher.map((row, i) => Math.exp(logSoftmax64(row)[labels[i]!]!) * ce[i]!)
        const rest = teacher.map((row, i) => {
          const q = wrong64(student[i]!, labels[i]!, 2)
          return -4 * wrong64(row, labels[i]!, 2).reduce((sum, x, c) => sum + Math.exp(x) * q[c]!, 0)
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
    const { terms } = run({ softening: 'ats' }, input)
    expect(terms.target![0]).toBeCloseTo(Math.exp(logSoftmax64([3, 1, 0])[0]!) * terms.ce![0]!, 4)
  })
})

it('leaves no tensor behind', () => {
  const input = { student: [[1, 2, 0]], teachers: [[[3, 1, 0]]], labels: [0] }
  run({ softening: 'ats' }, input)
  const before = tf.memory().numTensors
  run({ softening: 'ats' }, input)
  expect(tf.memory().numTensors).toBe(before)
})
