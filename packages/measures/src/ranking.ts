import { sortedIndices } from './sorted-indices.js'

/** The order of a list, computed once and used by every statistic of it. */
export interface Ranking {
  /** Ranks from 1 for the smallest, ties sharing their average. `[n]` */
  readonly ranks: Float64Array
  /** Indices, the largest value first, of equal ones the earlier. `[n]` */
  readonly order: Uint32Array
}

/**
 * Ranks a list.
 *
 * @param values `[n]`, no NaN
 */
export function rank(values: ArrayLike<number>): Ranking {
  const n = values.length
  const sorted = sortedIndices(values)
  const ranks = new Float64Array(n)
  const order = new Uint32Array(n)
  // `sorted` holds the indices 0 .. n - 1 in some order.
  for (let start = 0; start < n;) {
    let end = start
    while (end + 1 < n && values[sorted[end + 1]!] === values[sorted[start]!]) end++
    for (let at = start; at <= end; at++) {
      ranks[sorted[at]!] = (start + end) / 2 + 1
      order[n - 1 - end + at - start] = sorted[at]!
    }
    start = end + 1
  }
  return { ranks, order }
}
