import { type SoftTargets, type Softening, tf } from '@umbra/core'
import { type ArbitraryBatch, arbitraryBatch, useCpuBackend } from '@umbra/testing'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { atsSoftening } from './ats.js'
import { isatsSoftening } from './isats.js'
import { logitStandardisationSoftening } from './logit-standardisation.js'
import { shared } from './shared.js'
import { sphericalSoftening } from './spherical.js'

beforeAll(useCpuBackend)

function soften(softening: Softening, { teacher, labels }: Pick<ArbitraryBatch, 'teacher' | 'labels'>) {
  const read = ({ probabilities, logProbabilities }: SoftTargets) => ({
    probabilities: probabilities.arraySync(),
    logProbabilities: logProbabilities.arraySync(),
  })
  const before = tf.memory().numTensors
  const result = tf.tidy(() => {
    const logits: tf.Tensor2D = tf.tensor2d(teacher.map((row) => [...row]))
    const y: tf.Tensor1D = tf.tensor1d([...labels], 'int32')
    const scalars = Object.fromEntries(
      Object.entries(softening.scalars ?? {}).map(([name, value]) => [name, tf.scalar(value as number)]),
    )
    return { out: read(softening.apply(logits, y, scalars)) }
  })
  expect(tf.memory().numTensors).toBe(before)
  return result.out
}

const all = [
  { name: 'shared', softening: shared.create({ temperature: 4 }) },
  { name: 'ats', softening: atsSoftening.create({ tau1: 4, tau2: 2 }) },
  { name: 'isats', softening: isatsSoftening.create(isatsSoftening.options.parse({})) },
  {
    name: 'isats by factors',
    softening: isatsSoftening.create(isatsSoftening.options.parse({ rule: 'factors' })),
  },
  {
    name: 'isats with tau1 fixed',
    softening: isatsSoftening.create(isatsSoftening.options.parse({ rule: 'fixed-tau1' })),
  },
  {
    name: 'logit-standardisation',
    softening: logitStandardisationSoftening.create(logitStandardisationSoftening.options.parse({})),
  },
  { name: 'spherical', softening: sphericalSoftening.create(sphericalSoftening.options.parse({})) },
  { name: 'ats, low temperatures', softening: atsSoftening.create({ tau1: 1.5, tau2: 0.5 }) },
]

describe.each(all)('softening $name', ({ softening }) => {
  it('gives distributions with finite logarithms, at logits up to 60', () => {
    fc.assert(
      fc.property(arbitraryBatch(60), (batch) => {
        const { probabilities, logProbabilities } = soften(softening, batch)
        for (const [i, row] of probabilities.entries()) {
          expect(Math.abs(row.reduce((sum, p) => sum + p, 0) - 1)).toBeLessThan(1e-5)
          expect(logProbabilities[i]!.every(Number.isFinite)).toBe(true)
          for (const [c, p] of row.entries()) expect(p).toBeCloseTo(Math.exp(logProbabilities[i]![c]!), 6)
        }
      }),
      { numRuns: 50 },
    )
  })

  it('keeps the order of the wrong classes', () => {
    fc.assert(
      fc.property(arbitraryBatch(60), (batch) => {
        const { logProbabilities } = soften(softening, batch)
        for (const [i, row] of logProbabilities.entries()) {
          const logits = batch.teacher[i]!
          const wrong = row.map((_, c) => c).filter((c) => c !== batch.labels[i])
          const sorted = wrong.toSorted((a, b) => logits[a]! - logits[b]!)
          for (const [k, c] of sorted.entries())
            if (k > 0) expect(row[c]!).toBeGreaterThanOrEqual(row[sorted[k - 1]!]!)
        }
      }),
      { numRuns: 50 },
    )
  })
})

describe('softening ats, as its documentation warns', () => {
  const p = (teacher: number[], tau1: number) =>
    soften(atsSoftening.create({ tau1, tau2: 2 }), { teacher: [teacher], labels: [0] }).probabilities[0]!

  it('depends on a constant added to the logits', () => {
    expect(p([9, 3, 1], 4)[0]! - p([6, 0, -2], 4)[0]!).toBeLessThan(-0.05)
  })

  it('raises the labelled class with tau1 where its logit is negative, and lowers it where positive', () => {
    expect(p([-2, -4, -5], 8)[0]!).toBeGreaterThan(p([-2, -4, -5], 4)[0]!)
    expect(p([8, 2, 1], 8)[0]!).toBeLessThan(p([8, 2, 1], 4)[0]!)
  })

  it('can make another class the most probable where the margin is small', () => {
    const row = p([4, 3.5, 0], 4)
    expect(row[1]!).toBeGreaterThan(row[0]!)
  })
})
