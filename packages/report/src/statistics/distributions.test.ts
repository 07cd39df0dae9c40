import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { signedRankP } from './signed-rank.js'
import { studentQuantile, studentTail } from './student-t.js'

/** Values of scipy; the file says how they were made. */
const golden = JSON.parse(readFileSync(new URL('../../golden/statistics.json', import.meta.url), 'utf8')) as {
  readonly quantiles: readonly (readonly [p: number, degrees: number, t: number])[]
  readonly tails: readonly (readonly [t: number, degrees: number, p: number])[]
  readonly signedRanks: readonly (readonly [differences: readonly number[], p: number])[]
}

const relative = (value: number, expected: number): number => Math.abs(value / expected - 1)

describe("Student's t", () => {
  it.each(golden.quantiles)('has quantile %f with %i degrees at %f', (p, degrees, t) => {
    expect(relative(studentQuantile(p, degrees), t)).toBeLessThan(1e-10)
  })

  it.each(golden.tails)('is further out than %f with %i degrees with probability %f', (t, degrees, p) => {
    expect(relative(studentTail(t, degrees), p)).toBeLessThan(1e-12)
    expect(studentTail(-t, degrees)).toBe(studentTail(t, degrees))
  })

  it('is symmetric, and certain at 0', () => {
    expect(studentQuantile(0.5, 3)).toBe(0)
    expect(studentQuantile(0.025, 5)).toBe(-studentQuantile(0.975, 5))
    expect(studentTail(0, 4)).toBe(1)
  })
})

describe("Wilcoxon's signed ranks", () => {
  it.each(golden.signedRanks)('of %j have the p value %f', (differences, p) => {
    expect(relative(signedRankP(differences), p)).toBeLessThan(1e-10)
    expect(signedRankP(differences.map((value) => -value))).toBe(signedRankP(differences))
  })

  it('are certain to be at least as even as 1, -2, 4, -3', () => {
    expect(signedRankP([1, -2, 4, -3])).toBe(1)
  })
})
