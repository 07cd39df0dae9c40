import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rank } from './ranking.js'
import { averageRanks, kendallTauB, spearman, topOverlap } from './rank-statistics.js'

/** Two lists of one length: of few values, so that many are tied, or of many; of float32 numbers, or of others. */
const lists = fc
  .tuple(fc.integer({ min: 1, max: 40 }), fc.constantFrom(2, 5, 1000), fc.constantFrom(1, 0.25, 0.1))
  .chain(([n, values, unit]) => {
    const value = fc.integer({ min: -values, max: values }).map((k) => k * unit)
    const list = fc.array(value, { minLength: n, maxLength: n })
    return fc.tuple(list, list)
  })

const order = (x: number, y: number): number => Number(x > y) - Number(x < y)

/** By the definition, pair by pair. */
function tauByPairs(a: readonly number[], b: readonly number[]): number {
  let [difference, untiedA, untiedB] = [0, 0, 0]
  for (const [i, x] of a.entries())
    for (let j = 0; j < i; j++) {
      const [u, v] = [Math.sign(x - a[j]!), Math.sign(b[i]! - b[j]!)]
      difference += u * v
      untiedA += u * u
      untiedB += v * v
    }
  return difference / Math.sqrt(untiedA * untiedB)
}

describe('rank statistics', () => {
  it('ranks by counting the smaller and the equal', () => {
    fc.assert(
      fc.property(lists, ([a]) => {
        const counted = a.map(
          (x) => a.filter((y) => y < x).length + (a.filter((y) => y === x).length + 1) / 2,
        )
        expect(averageRanks(a)).toEqual(counted)
      }),
    )
  })

  it('orders the largest first, of equal ones the earlier', () => {
    fc.assert(
      fc.property(lists, ([a]) => {
        const sorted = a.map((_, i) => i).sort((i, j) => order(a[j]!, a[i]!) || i - j)
        expect([...rank(a).order]).toEqual(sorted)
      }),
    )
    for (const unit of [1, 0.1]) {
      expect([...rank([0, -0, unit]).order]).toEqual([2, 0, 1])
      expect(averageRanks([0, -0, unit, -0])).toEqual([2, 2, 4, 2])
    }
  })

  it('orders float32 numbers of every size, and infinite ones', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ noNaN: true }), { minLength: 1, maxLength: 60 }), (a) => {
        expect([...rank(a).order]).toEqual(a.map((_, i) => i).sort((i, j) => order(a[j]!, a[i]!) || i - j))
      }),
    )
  })

  it('has the tau that counting every pair gives, with any ties', () => {
    fc.assert(
      fc.property(lists, ([a, b]) => {
        expect(kendallTauB(a, b)).toBe(tauByPairs(a, b))
      }),
      { numRuns: 500 },
    )
  })

  it('has the numbers of scipy’s documentation', () => {
    const [a, b] = [
      [12, 2, 1, 12, 2],
      [1, 4, 7, 1, 0],
    ]
    expect(kendallTauB(a, b)).toBeCloseTo(-0.47140452079103173, 15)
    expect(spearman([1, 2, 3, 4, 5], [5, 6, 7, 8, 7])).toBeCloseTo(0.8207826816681233, 15)
  })

  it('is 1 for the same order, -1 for the opposite one, NaN without an order', () => {
    const [a, opposite] = [
      [3, 1, 2, 9],
      [-3, -1, -2, -9],
    ]
    expect([spearman(a, a), kendallTauB(a, a)]).toEqual([1, 1])
    expect([spearman(a, opposite), kendallTauB(a, opposite)]).toEqual([-1, -1])
    expect([spearman(a, [1, 1, 1, 1]), kendallTauB([1, 1, 1, 1], a)]).toEqual([NaN, NaN])
  })

  it('shares the largest', () => {
    expect(topOverlap([5, 4, 3, 2], [5, 4, 2, 3], 2)).toBe(1)
    expect(topOverlap([5, 4, 3, 2], [2, 3, 4, 5], 2)).toBe(0)
    // Of equal ones the earlier counts.
    expect(topOverlap([1, 1, 0], [0, 1, 1], 1)).toBe(0)
  })
})
