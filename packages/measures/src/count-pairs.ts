import type { Ranking } from './ranking.js'

/** Numbers of index pairs, as counted by Kendall's tau. */
export interface PairCounts {
  /** `n (n - 1) / 2` */
  readonly pairs: number
  readonly tiedA: number
  readonly tiedB: number
  readonly tiedBoth: number
  /** Ordered one way by a and the other way by b. */
  readonly discordant: number
}

/**
 * Counts the pairs that two lists order the same way and differently, in `O(n log n)`: in the order of a, ties by b, the discordant pairs are
 * the inversions of b, and a merge sort counts these.
 *
 * @see Knight, A computer method for calculating Kendall's tau with ungrouped data, 1966
 */
export function countPairs(a: Ranking, b: Ranking): PairCounts {
  const n = a.order.length
  let [tiedA, tiedBoth] = [0, 0]
  const sequence = new Float64Array(n)
  // An order holds indices of its ranks, and both rankings are of n values.
  for (let start = 0; start < n;) {
    let end = start
    while (end < n && a.ranks[a.order[end]!] === a.ranks[a.order[start]!]) {
      // Negative, so that typed arrays sort the largest rank first, as the order of a is.
      sequence[end] = -b.ranks[a.order[end]!]!
      end++
    }
    if (end - start > 1) {
      const tied = sequence.subarray(start, end).sort()
      tiedA += pairsOf(end - start)
      tiedBoth += tiedPairs(tied)
    }
    start = end
  }
  const discordant = sortCountingInversions(sequence)
  return { pairs: pairsOf(n), tiedA, tiedB: tiedPairs(sequence), tiedBoth, discordant }
}

const pairsOf = (n: number): number => (n * (n - 1)) / 2

function tiedPairs(sorted: Float64Array): number {
  let total = 0
  for (let start = 0; start < sorted.length;) {
    let end = start + 1
    while (end < sorted.length && sorted[end] === sorted[start]) end++
    total += pairsOf(end - start)
    start = end
  }
  return total
}

/** Sorts in place and returns how many pairs were in the wrong order. */
function sortCountingInversions(values: Float64Array): number {
  const n = values.length
  let inversions = 0
  let [from, to]: [Float64Array, Float64Array] = [values, new Float64Array(n)]
  for (let width = 1; width < n; width *= 2) {
    for (let start = 0; start < n; start += 2 * width) {
      const [middle, end] = [Math.min(start + width, n), Math.min(start + 2 * width, n)]
      let [left, right] = [start, middle]
      // left < middle or right < end: one number is left to take in each step.
      for (let at = start; at < end; at++)
        if (left < middle && (right >= end || from[left]! <= from[right]!)) to[at] = from[left++]!
        else {
          inversions += middle - left
          to[at] = from[right++]!
        }
    }
    ;[from, to] = [to, from]
  }
  if (from !== values) values.set(from)
  return inversions
}
