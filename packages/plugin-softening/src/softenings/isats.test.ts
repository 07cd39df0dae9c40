import { tf } from '@umbra/core'
import { arbitraryBatch, logSoftmax64, mean, useCpuBackend } from '@umbra/testing'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { type InstanceRule, instanceTemperatures, isatsSoftening } from './isats.js'
import { gridTemperatures } from './variance-over-grid.js'

beforeAll(useCpuBackend)

const GRID = { gridMin: 1, gridMax: 8, gridStep: 0.25 }

function temperatures(
  logits: readonly (readonly number[])[],
  labels: readonly number[],
  rule: InstanceRule,
  grid = GRID,
) {
  return tf.tidy(() => {
    const scalars = {
      delta: tf.scalar(1.5),
      factor1: tf.scalar(1.25),
      factor2: tf.scalar(0.75),
      tau1: tf.scalar(4),
    }
    const rows: tf.Tensor2D = tf.tensor2d(logits.map((row) => [...row]))
    const result = instanceTemperatures(rows, tf.tensor1d([...labels], 'int32'), { ...grid, rule }, scalars)
    const read = (t: tf.Tensor1D) => ({ values: [...t.dataSync()] })
    const { shared, tau1, tau2 } = result
    return { shared: read(shared).values, tau1: read(tau1).values, tau2: read(tau2).values }
  })
}

/** Variance of the wrong classes' probabilities in float64, at a temperature for each class. */
function variance64(row: readonly number[], label: number, tau: (c: number) => number): number {
  const wrong = logSoftmax64(row.map((z, c) => z / tau(c)))
    .map(Math.exp)
    .filter((_, c) => c !== label)
  const centre = mean(wrong)
  return mean(wrong.map((p) => (p - centre) ** 2))
}

describe('the best shared temperature', () => {
  const grid = gridTemperatures(GRID)

  it.each<InstanceRule>(['difference', 'factors', 'fixed-tau1'])('lies on the grid, rule %s', (rule) => {
    fc.assert(
      fc.property(arbitraryBatch(60), ({ teacher, labels }) => {
        for (const tau of temperatures(teacher, labels, rule).shared) expect(grid).toContain(tau)
      }),
      { numRuns: 50 },
    )
  })

  it('lies between the ends of any grid', () => {
    const grids = fc.record({
      gridMin: fc.double({ min: 0.25, max: 4, noNaN: true }),
      length: fc.double({ min: 0, max: 6, noNaN: true }),
      gridStep: fc.double({ min: 0.1, max: 2, noNaN: true }),
    })
    fc.assert(
      fc.property(arbitraryBatch(60), grids, ({ teacher, labels }, { gridMin, length, gridStep }) => {
        const any = { gridMin, gridMax: gridMin + length, gridStep }
        for (const tau of temperatures(teacher, labels, 'difference', any).shared) {
          expect(tau).toBeGreaterThanOrEqual(Math.fround(gridMin))
          expect(tau).toBeLessThanOrEqual(any.gridMax * (1 + 1e-6))
        }
      }),
      { numRuns: 50 },
    )
  })

  it('is where float64 finds the largest variance, or as good', () => {
    fc.assert(
      fc.property(arbitraryBatch(60), ({ teacher, labels }) => {
        for (const [i, tau] of temperatures(teacher, labels, 'difference').shared.entries()) {
          const at = (t: number) => variance64(teacher[i]!, labels[i]!, () => t)
          const best = Math.max(...grid.map(at))
          expect(at(tau)).toBeGreaterThanOrEqual(best * (1 - 1e-3) - 1e-12)
        }
      }),
      { numRuns: 50 },
    )
  })

  it('is the lowest where the wrong classes are all equal', () => {
    expect(temperatures([[9, 2, 2, 2]], [0], 'difference').shared).toEqual([1])
  })

  it('is found where the labelled class stands beyond float32’s probabilities', () => {
    expect(temperatures([[900, 3, 1, 0]], [0], 'difference').shared).toEqual([8])
  })

  it('does not leave a grid of one point', () => {
    const one = { gridMin: 3, gridMax: 3, gridStep: 0.25 }
    expect(temperatures([[9, 3, 1]], [0], 'difference', one).shared).toEqual([3])
  })
})

describe('the rules', () => {
  it('difference puts the labelled class above, factors around the best temperature', () => {
    const rows = [
      [12, 3, 1, 0],
      [2, 1, 0, -1],
    ]
    const apart = temperatures(rows, [0, 0], 'difference')
    expect(apart.tau2).toEqual(apart.shared)
    expect(apart.tau1).toEqual(apart.shared.map((tau) => tau + 1.5))
    const around = temperatures(rows, [0, 0], 'factors')
    expect(around.tau1).toEqual(around.shared.map((tau) => tau * 1.25))
    expect(around.tau2).toEqual(around.shared.map((tau) => tau * 0.75))
  })

  it('fixed-tau1 searches tau2 within reach where the label stays on top, and else keeps the shared one', () => {
    fc.assert(
      fc.property(arbitraryBatch(20), ({ teacher, labels }) => {
        const { shared, tau1, tau2 } = temperatures(teacher, labels, 'fixed-tau1')
        for (const [i, row] of teacher.entries()) {
          const label = labels[i]!
          expect(tau1[i]).toBe(4)
          const scaled = (t: number) => row.map((z, c) => z / (c === label ? 4 : t))
          // Room for float32 at the edge of what is allowed.
          const allowed = (t: number, room: number) =>
            t >= shared[i]! - 2 && scaled(t)[label]! >= Math.max(...scaled(t)) - room
          const choice = gridTemperatures(GRID).filter((t) => allowed(t, -1e-4))
          if (!gridTemperatures(GRID).some((t) => allowed(t, 1e-4))) expect(tau2[i]).toBe(shared[i])
          if (choice.length === 0) continue
          expect(allowed(tau2[i]!, 1e-4)).toBe(true)
          const at = (t: number) => variance64(row, label, (c) => (c === label ? 4 : t))
          const best = Math.max(...choice.map(at))
          expect(at(tau2[i]!)).toBeGreaterThanOrEqual(best * (1 - 1e-3) - 1e-12)
        }
      }),
      { numRuns: 50 },
    )
  })
})

it('refuses a grid upside down', () => {
  expect(isatsSoftening.options.safeParse({ gridMin: 5, gridMax: 2 }).success).toBe(false)
})
