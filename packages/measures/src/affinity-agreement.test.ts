import { difference } from '@umbra/testing'
import { describe, expect, it } from 'vitest'
import { tableOf } from '../test/table-of.js'
import { affinityAgreement, permutedAgreement } from './affinity-agreement.js'
import type { LogitTable } from './logit-table.js'
import { relationMatrix } from './relation-matrix.js'

const expectClose = (actual: readonly number[], expected: readonly number[]) =>
  expect(difference(actual, expected, { relative: 1e-8, absolute: 1e-10 })).toBeUndefined()

describe('agreement against chance', () => {
  // Wrong classes ordered by their distance from the true one, with a little of each network's own.
  const network = (waves: number): LogitTable => {
    const labels = Array.from({ length: 60 }, (_, i) => i % 6)
    return tableOf(
      labels.map((y, i) =>
        Array.from({ length: 6 }, (_, c) =>
          c === y ? 9 : -Math.abs(c - y) + waves * Math.sin(7 * i + 3 * c),
        ),
      ),
      labels,
    )
  }
  const side = (waves: number) => ({ table: network(waves), relations: relationMatrix(network(waves)) })

  it('is 1 with oneself, high with a likeness, and about none with renamed classes', () => {
    const same = affinityAgreement(side(0.1), side(0.1))
    expectClose(
      [same.spearman, same.kendallTauB, same.topOverlap['1']!, same.cosine, same.linearCka],
      [1, 1, 1, 1, 1],
    )
    const alike = affinityAgreement(side(0.1), side(0.4))
    const { mean, largest, draws, samples } = permutedAgreement(side(0.1), side(0.4))
    expect({ draws, samples }).toEqual({ draws: 20, samples: 60 })
    expect(Math.abs(mean.spearman)).toBeLessThan(0.15)
    for (const name of ['spearman', 'kendallTauB', 'cosine', 'linearCka', 'relationSpearman'] as const) {
      expect(alike[name]).toBeGreaterThan(largest[name])
      expect(largest[name]).toBeGreaterThanOrEqual(mean[name])
    }
  })

  it('draws the same renamings again, and others with another seed', () => {
    const once = permutedAgreement(side(0.1), side(0.4), { draws: 3, seed: 1 })
    expect(permutedAgreement(side(0.1), side(0.4), { draws: 3, seed: 1 })).toEqual(once)
    expect(permutedAgreement(side(0.1), side(0.4), { draws: 3, seed: 2 })).not.toEqual(once)
  })

  it('draws its samples, since every n-th may be of one class where labels come round in turn', () => {
    // Samples of class 0 have no order, so that nothing is left where all are of that class.
    const orderless = (waves: number): LogitTable => {
      const { logits, ...rest } = network(waves)
      return { ...rest, logits: logits.map((value, i) => (Math.floor(i / 6) % 6 === 0 ? 1 : value)) }
    }
    const of = (waves: number) => ({ table: orderless(waves), relations: relationMatrix(network(waves)) })
    const drawn = permutedAgreement(of(0.1), of(0.4), { maxSamples: 10 })
    expect(drawn.samples).toBe(10)
    expect(Number.isFinite(drawn.mean.spearman)).toBe(true)
    expect(permutedAgreement(of(0.1), of(0.4), { maxSamples: 10 })).toEqual(drawn)
    expect(permutedAgreement(of(0.1), of(0.4), { maxSamples: 59 }).samples).toBe(59)
  })

  it('needs the same samples for both', () => {
    const other = { ...side(0.1), table: { ...network(0.1), labels: new Int32Array(60) } }
    expect(() => affinityAgreement(side(0.1), other)).toThrow(
      expect.objectContaining({ code: 'UMBRA_OPTION' }),
    )
  })
})
