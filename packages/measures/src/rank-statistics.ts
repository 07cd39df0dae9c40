import { countPairs } from './count-pairs.js'
import { type Ranking, rank } from './ranking.js'

/**
 * Ranks from 1, ties sharing their average.
 *
 * @param values `[n]`
 * @returns `[n]`
 */
export const averageRanks = (values: ArrayLike<number>): number[] => [...rank(values).ranks]

/**
 * Spearman's rho: Pearson's correlation of the average ranks, in float64. NaN where one side is constant.
 *
 * @param a `[n]`
 * @param b `[n]`
 * @returns -1 to 1
 */
export const spearman = (a: ArrayLike<number>, b: ArrayLike<number>): number => spearmanOf(rank(a), rank(b))

/** {@link spearman} of two rankings. */
export function spearmanOf({ ranks: a }: Ranking, { ranks: b }: Ranking): number {
  // The sum of average ranks does not depend on ties.
  const mean = (a.length + 1) / 2
  let [ab, aa, bb] = [0, 0, 0]
  // Both are rankings of the same number of values.
  for (let i = 0; i < a.length; i++) {
    const [u, v] = [a[i]! - mean, b[i]! - mean]
    ab += u * v
    aa += u * u
    bb += v * v
  }
  return ab / Math.sqrt(aa * bb)
}

/**
 * Kendall's tau-b: `(concordant - discordant) / sqrt((pairs - ties_a)(pairs - ties_b))`. NaN where one side is constant.
 *
 * @param a `[n]`
 * @param b `[n]`
 * @returns -1 to 1
 */
export const kendallTauB = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  kendallTauBOf(rank(a), rank(b))

/** {@link kendallTauB} of two rankings. */
export function kendallTauBOf(a: Ranking, b: Ranking): number {
  const { pairs, tiedA, tiedB, tiedBoth, discordant } = countPairs(a, b)
  const difference = pairs - tiedA - tiedB + tiedBoth - 2 * discordant
  return difference / Math.sqrt((pairs - tiedA) * (pairs - tiedB))
}

/**
 * Share of the k largest that two lists have in common: `|top_k(a) and top_k(b)| / k`. Of equal values the earlier counts as larger.
 *
 * @param a `[n]`
 * @param b `[n]`
 * @param k 1 to n
 * @returns 0 to 1
 */
export const topOverlap = (a: ArrayLike<number>, b: ArrayLike<number>, k: number): number =>
  topOverlapOf(rank(a), rank(b), k)

/** {@link topOverlap} of two rankings. */
export function topOverlapOf({ order: a }: Ranking, { order: b }: Ranking, k: number): number {
  const others = b.subarray(0, k)
  return a.subarray(0, k).filter((i) => others.includes(i)).length / k
}
