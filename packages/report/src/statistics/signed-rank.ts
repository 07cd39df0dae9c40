/** Differences up to which the exact distribution is used. */
const EXACT = 50

/**
 * Two-sided p value of Wilcoxon's signed-rank test of differences, none of which is 0: exact for up to 50 of them without ties, else by the normal
 * approximation with corrections for ties and continuity.
 */
export function signedRankP(differences: readonly number[]): number {
  const sizes = differences.map(Math.abs)
  const ranks = sizes.map((size) => {
    const below = sizes.filter((other) => other < size).length
    const equal = sizes.filter((other) => other === size).length
    return below + (equal + 1) / 2
  })
  const count = differences.length
  // `ranks` has one entry for each difference.
  const positive = differences.reduce((sum, value, i) => (value > 0 ? sum + ranks[i]! : sum), 0)
  const total = (count * (count + 1)) / 2
  const smaller = Math.min(positive, total - positive)
  const tied = new Set(ranks).size < count
  return Math.min(1, 2 * (tied || count > EXACT ? approximate(smaller, ranks) : exact(smaller, count)))
}

/** Probability that the sum of the ranks 1..count, each taken or not with equal chance, is at most `sum`. */
function exact(sum: number, count: number): number {
  const ways = new Float64Array(sum + 1)
  ways[0] = 1
  for (let rank = 1; rank <= count; rank++)
    // Downwards, so that each rank is taken once. Indices lie within `ways`.
    for (let s = sum; s >= rank; s--) ways[s]! += ways[s - rank]!
  return ways.reduce((all, some) => all + some, 0) / 2 ** count
}

/** Probability of a sum of ranks of at most `sum`; as the smaller of the two sums it lies below the mean. */
function approximate(sum: number, ranks: readonly number[]): number {
  const mean = ranks.reduce((all, rank) => all + rank, 0) / 2
  const deviation = Math.sqrt(ranks.reduce((all, rank) => all + rank * rank, 0) / 4)
  return normalTail(Math.max(0, mean - sum - 0.5) / deviation)
}

/** Probability that a standard normal variable exceeds z, for z from 0. */
function normalTail(z: number): number {
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
  if (z < 3) {
    // z + z^3 / 3 + z^5 / (3 5) + ...
    let term = z
    let sum = z
    for (let n = 3; term > sum * Number.EPSILON; n += 2) {
      term *= (z * z) / n
      sum += term
    }
    return 0.5 - density * sum
  }
  // Laplace's continued fraction, from its inside.
  let value = z
  for (let n = 100; n >= 1; n--) value = z + n / value
  return density / value
}
