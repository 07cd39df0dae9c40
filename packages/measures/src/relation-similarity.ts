import type { LogitTable } from './logit-table.js'
import { type MeanRankAgreement, meanRankAgreement, rankAgreement } from './rank-agreement.js'

type Matrix = readonly (readonly number[])[]

/**
 * Linear centred kernel alignment of two class-relation matrices: `|Y'X|_F^2 / (|X'X|_F |Y'Y|_F)` after centring every column.
 *
 * In float64 on the host.
 *
 * @param x `[classes][classes]`
 * @param y `[classes][classes]`
 * @returns 0 to 1; NaN where all rows of one are equal
 * @see Kornblith et al., arXiv 1905.00414, equation 5
 */
export function linearCka(x: Matrix, y: Matrix): number {
  const [a, b] = [centreColumns(x), centreColumns(y)]
  return cross(a, b) / Math.sqrt(cross(a, a) * cross(b, b))
}

/** Squared Frobenius norm of `b' a`. */
function cross(a: Matrix, b: Matrix): number {
  let total = 0
  // Square matrices of the same classes.
  for (let i = 0; i < a.length; i++)
    for (let j = 0; j < b.length; j++) total += a.reduce((s, row, k) => s + row[i]! * b[k]![j]!, 0) ** 2
  return total
}

function centreColumns(x: Matrix): number[][] {
  // Square matrices.
  const means = x.map((_, j) => x.reduce((s, row) => s + row[j]!, 0) / x.length)
  return x.map((row) => row.map((value, j) => value - means[j]!))
}

/** Cosine of two matrices taken as vectors, uncentred. -1 to 1. */
export function matrixCosine(x: Matrix, y: Matrix): number {
  const [a, b] = [x.flat(), y.flat()]
  // Both have the same number of entries.
  const dot = (u: readonly number[], v: readonly number[]) => u.reduce((s, value, i) => s + value * v[i]!, 0)
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))
}

/** Mean rank statistics of the rows of two class-relation matrices, the diagonal left out. */
export const relationAgreement = (x: Matrix, y: Matrix): MeanRankAgreement =>
  meanRankAgreement(rankAgreement(tableOf(x), tableOf(y), { tops: [] }))

/** The row of a class, in the form of a sample. */
const tableOf = (matrix: Matrix): LogitTable => ({
  logits: Float64Array.from(matrix.flat()),
  labels: Int32Array.from(matrix.keys()),
  classes: matrix.length,
})
