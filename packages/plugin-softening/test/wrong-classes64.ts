import { logSoftmax64 } from '@umbra/testing'

/** Log-probabilities at temperature `t`, in float64. */
export const soft64 = (row: readonly number[], t: number): number[] => logSoftmax64(row.map((z) => z / t))

/** The same among the wrong classes alone, in their order. */
export const wrong64 = (row: readonly number[], label: number, t: number): number[] =>
  soft64(
    row.filter((_, c) => c !== label),
    t,
  )
