import { type SoftTargets, tf } from '@umbra/core'
import { arbitraryBatch, difference, useCpuBackend } from '@umbra/testing'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { inherentVariance } from '../measures/inherent-variance.js'
import { power, powerEnhanced } from './power.js'

beforeAll(useCpuBackend)

const gammas = fc.constantFrom(1, 1.25, 2, 4)

interface Seen {
  readonly before: number[][]
  readonly after: number[][]
  readonly probabilities: number[][]
  readonly variance: readonly [ArrayLike<number>, ArrayLike<number>]
}

function enhance(teacher: readonly (readonly number[])[], labels: readonly number[], gamma: number): Seen {
  const counted = tf.memory().numTensors
  const seen = tf.tidy(() => {
    const y = tf.tensor1d([...labels], 'int32')
    const logProbabilities: tf.Tensor2D = tf.logSoftmax(tf.tensor2d(teacher.map((row) => [...row])))
    const targets: SoftTargets = { logProbabilities, probabilities: tf.exp(logProbabilities) }
    const result = powerEnhanced(targets, y, tf.scalar(gamma))
    return {
      before: logProbabilities.arraySync(),
      after: result.logProbabilities.arraySync(),
      probabilities: result.probabilities.arraySync(),
      variance: [
        [...inherentVariance(logProbabilities, y).dataSync()],
        [...inherentVariance(result.logProbabilities, y).dataSync()],
      ] as [number[], number[]],
    }
  })
  expect(tf.memory().numTensors).toBe(counted)
  return seen
}

const property = (limit: number, check: (seen: Seen, labels: readonly number[], gamma: number) => void) =>
  fc.assert(
    fc.property(arbitraryBatch(limit), gammas, ({ teacher, labels }, gamma) =>
      check(enhance(teacher, labels, gamma), labels, gamma),
    ),
    { numRuns: 60 },
  )

describe('power', () => {
  it('keeps the labelled class, and a total of 1, at logits up to 60', () => {
    property(60, ({ before, after, probabilities }, labels) => {
      for (const [i, row] of probabilities.entries()) {
        expect(after[i]![labels[i]!]).toBe(before[i]![labels[i]!])
        expect(Math.abs(row.reduce((sum, p) => sum + p, 0) - 1)).toBeLessThan(1e-5)
        expect(after[i]!.every(Number.isFinite)).toBe(true)
      }
    })
  })

  it('keeps the order of the wrong classes and never lowers their variance', () => {
    property(60, ({ before, after, variance: [was, is] }, labels) => {
      for (const [i, row] of after.entries()) {
        const wrong = row.map((_, c) => c).filter((c) => c !== labels[i])
        const sorted = wrong.toSorted((a, b) => before[i]![a]! - before[i]![b]!)
        for (const [k, c] of sorted.entries()) {
          if (k > 0) expect(row[c]!).toBeGreaterThanOrEqual(row[sorted[k - 1]!]!)
        }
        expect(is[i]!).toBeGreaterThanOrEqual(was[i]! * (1 - 1e-3) - 1e-10)
      }
    })
  })

  it('raises the conditional of the wrong classes to the power', () => {
    property(10, ({ before, after }, labels, gamma) => {
      for (const [i, row] of after.entries()) {
        const wrong = row.map((_, c) => c).filter((c) => c !== labels[i])
        const raised = wrong.map((c) => Math.exp(gamma * before[i]![c]!))
        const total = raised.reduce((sum, x) => sum + x, 0)
        const mass = wrong.reduce((sum, c) => sum + Math.exp(before[i]![c]!), 0)
        const expected = raised.map((x) => (mass * x) / total)
        const actual = wrong.map((c) => Math.exp(row[c]!))
        expect(difference(actual, expected, { relative: 1e-4, absolute: 1e-12 })).toBeUndefined()
      }
    })
  })

  it('with gamma = 1 changes nothing', () => {
    fc.assert(
      fc.property(arbitraryBatch(60), ({ teacher, labels }) => {
        const { before, after } = enhance(teacher, labels, 1)
        expect(difference(after.flat(), before.flat(), { relative: 1e-5, absolute: 1e-5 })).toBeUndefined()
      }),
      { numRuns: 25 },
    )
  })

  it('refuses an exponent below 1, also at the end of a schedule', () => {
    expect(power.options.safeParse({ gamma: 0.9 }).success).toBe(false)
    expect(power.options.safeParse({ gamma: { kind: 'linear', from: 2, to: 0.5 } }).success).toBe(false)
    expect(power.create(power.options.parse({})).scalars).toEqual({ gamma: 2 })
  })
})
