/** Natural logarithm of the softmax of one row, in float64. */
export function logSoftmax64(row: readonly number[]): number[] {
  const top = Math.max(...row)
  const logSum = top + Math.log(row.reduce((sum, z) => sum + Math.exp(z - top), 0))
  return row.map((z) => z - logSum)
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, x) => sum + x, 0) / values.length
