/**
 * Ranks from 1, ties sharing their average.
 *
 * @param values `[n]`
 * @returns `[n]`
 */
export function averageRanks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!)
  const ranks = new Array<number>(values.length).fill(0)
  for (let start = 0; start < order.length;) {
    let end = start
    while (end + 1 < order.length && values[order[end + 1]!] === values[order[start]!]) end++
    for (let k = start; k <= end; k++) ranks[order[k]!] = (start + end) / 2 + 1
    start = end + 1
  }
  return ranks
}

/**
 * Spearman's rho: Pearson's correlation of the average ranks, in float64. NaN where one side is constant.
 *
 * @param a `[n]`
 * @param b `[n]`
 * @returns -1 to 1
 */
export const spearman = (a: readonly number[], b: readonly number[]): number =>
  pearson(averageRanks(a), averageRanks(b))

function pearson(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [average(a), average(b)]
  let [ab, aa, bb] = [0, 0, 0]
  for (const [i, x] of a.entries()) {
    const [u, v] = [x - meanA, b[i]! - meanB]
    ab += u * v
    aa += u * u
    bb += v * v
  }
  return ab / Math.sqrt(aa * bb)
}

const average = (values: readonly number[]): number => values.reduce((s, x) => s + x, 0) / values.length

/**
 * Kendall's tau-b: `(concordant - discordant) / sqrt((pairs - ties_a)(pairs - ties_b))`. NaN where one side is constant.
 *
 * @param a `[n]`
 * @param b `[n]`
 * @returns -1 to 1
 */
export function kendallTauB(a: readonly number[], b: readonly number[]): number {
  let [difference, untiedA, untiedB] = [0, 0, 0]
  for (let i = 1; i < a.length; i++) {
    for (let j = 0; j < i; j++) {
      const [x, y] = [Math.sign(a[i]! - a[j]!), Math.sign(b[i]! - b[j]!)]
      difference += x * y
      untiedA += x * x
      untiedB += y * y
    }
  }
  return difference / Math.sqrt(untiedA * untiedB)
}

/**
 * Share of the k largest that two lists have in common: `|top_k(a) and top_k(b)| / k`. Of equal values the earlier counts as larger.
 *
 * @param a `[n]`
 * @param b `[n]`
 * @param k 1 to n
 * @returns 0 to 1
 */
export function topOverlap(a: readonly number[], b: readonly number[], k: number): number {
  const top = (values: readonly number[]): number[] =>
    values
      .map((_, i) => i)
      .sort((i, j) => values[j]! - values[i]!)
      .slice(0, k)
  const others = new Set(top(b))
  return top(a).filter((i) => others.has(i)).length / k
}
