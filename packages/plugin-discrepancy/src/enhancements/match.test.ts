import { type EnhancedTargets, type Enhancement, type SoftTargets, tf } from '@umbra/core'
import { arbitraryBatch, difference, useCpuBackend } from '@umbra/testing'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { inherentVariance } from '../measures/inherent-variance.js'
import { fuse } from './fuse.js'
import { match } from './match.js'

beforeAll(useCpuBackend)

function enhance(
  enhancement: Enhancement,
  teacher: readonly (readonly number[])[],
  labels: readonly number[],
) {
  const counted = tf.memory().numTensors
  const seen = tf.tidy(() => {
    const y = tf.tensor1d([...labels], 'int32')
    const logProbabilities: tf.Tensor2D = tf.logSoftmax(tf.tensor2d(teacher.map((row) => [...row])))
    const targets: SoftTargets = { logProbabilities, probabilities: tf.exp(logProbabilities) }
    const classes = logProbabilities.shape[1]
    const result: EnhancedTargets = enhancement.apply(
      targets,
      y,
      { rho: tf.scalar(typeof enhancement.scalars?.rho === 'number' ? enhancement.scalars.rho : 0) },
      enhancement.state?.(classes),
    )
    return {
      before: logProbabilities.arraySync(),
      after: result.logProbabilities.arraySync(),
      probabilities: result.probabilities.arraySync(),
      was: [...inherentVariance(logProbabilities, y).dataSync()],
      is: [...inherentVariance(result.logProbabilities, y).dataSync()],
    }
  })
  expect(tf.memory().numTensors).toBe(counted)
  return seen
}

const mass = (row: readonly number[]) => row.reduce((sum, p) => sum + p, 0)

describe('match', () => {
  it('keeps mass, label and order, and never lowers the variance of the wrong classes', () => {
    fc.assert(
      fc.property(
        arbitraryBatch(30),
        fc.constantFrom(0.001, 0.01, 0.05),
        ({ teacher, labels }, reference) => {
          const seen = enhance(match.create(match.options.parse({ reference })), teacher, labels)
          for (const [i, row] of seen.after.entries()) {
            expect(mass(seen.probabilities[i]!)).toBeCloseTo(1, 4)
            expect(row[labels[i]!]).toBe(seen.before[i]![labels[i]!])
            const wrong = row.map((_, c) => c).filter((c) => c !== labels[i])
            const sorted = wrong.toSorted((a, b) => seen.before[i]![a]! - seen.before[i]![b]!)
            for (const [k, c] of sorted.entries())
              if (k > 0) expect(row[c]!).toBeGreaterThanOrEqual(row[sorted[k - 1]!]!)
            expect(seen.is[i]!).toBeGreaterThanOrEqual(seen.was[i]! * (1 - 1e-3) - 1e-10)
          }
        },
      ),
      { numRuns: 40 },
    )
  })

  it('reaches the reference of each class where an exponent does, and leaves more distinct samples alone', () => {
    const rows = [
      [5, 1, 0.9, 0.5, 0.2],
      [1, 5, 0.9, 0.5, 0.2],
    ]
    const reference = [0.05, 0.001, 0, 0, 0]
    const seen = enhance(match.create(match.options.parse({ reference })), rows, [0, 1])
    expect(Math.abs(seen.is[0]! - 0.05)).toBeLessThan(1e-5)
    expect(difference(seen.after[1]!, seen.before[1]!, { relative: 1e-5, absolute: 1e-5 })).toBeUndefined()
  })

  it('refuses a table of another length than classes', () => {
    const enhancement = match.create(match.options.parse({ reference: [0.1, 0.1] }))
    expect(() => enhance(enhancement, [[1, 2, 3]], [0])).toThrow(
      expect.objectContaining({ code: 'UMBRA_CLASSES' }),
    )
  })
})

describe('fuse', () => {
  it('keeps mass and label; a share of 0 changes nothing', () => {
    fc.assert(
      fc.property(arbitraryBatch(20), fc.constantFrom(0, 0.3, 1), ({ teacher, labels }, rho) => {
        const seen = enhance(fuse.create(fuse.options.parse({ rho })), teacher, labels)
        for (const [i, row] of seen.probabilities.entries()) {
          expect(mass(row)).toBeCloseTo(1, 4)
          expect(seen.after[i]![labels[i]!]).toBe(seen.before[i]![labels[i]!])
          const same = seen.before[i]!.map(Math.exp)
          if (rho === 0) expect(difference(row, same, { relative: 1e-3, absolute: 1e-6 })).toBeUndefined()
        }
      }),
      { numRuns: 30 },
    )
  })

  it('with a share of 1 gives the mean of the class, from the first batch on', () => {
    const rows = [
      [3, 1, 0, -1],
      [3, 0, 2, -1],
    ]
    const seen = enhance(fuse.create(fuse.options.parse({ rho: 1 })), rows, [0, 0])
    const conditional = (row: readonly number[]) => row.slice(1).map((p) => p / mass(row.slice(1)))
    const [a, b] = seen.before.map((row) => conditional(row.map(Math.exp)))
    const expected = a!.map((x, c) => (x + b![c]!) / 2)
    for (const row of seen.probabilities)
      expect(difference(conditional(row), expected, { relative: 1e-4, absolute: 1e-6 })).toBeUndefined()
  })
})
