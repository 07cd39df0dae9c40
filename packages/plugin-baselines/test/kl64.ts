import { logSoftmax64 } from '@umbra/testing'

/** `T^2 KL( softmax(target / T) || softmax(z / T) )` in float64. */
export function kl64(target: readonly number[], z: readonly number[], temperature: number): number {
  const soft = (row: readonly number[]) => logSoftmax64(row.map((x) => x / temperature))
  const student = soft(z)
  const terms = soft(target).map((log, c) => Math.exp(log) * (log - (student[c] ?? Number.NaN)))
  return temperature ** 2 * terms.reduce((sum, term) => sum + term, 0)
}
