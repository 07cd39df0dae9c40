import { arbitraryBatch, mean } from '@umbra/testing'

/** Standard deviation of a row, squares divided by `divisor`. */
export const deviation64 = (row: readonly number[], divisor: number): number =>
  Math.sqrt(row.reduce((sum, z) => sum + (z - mean(row)) ** 2, 0) / divisor)

/** KL divergence of log-probabilities, in nats. */
export const kl64 = (p: readonly number[], q: readonly number[]): number =>
  p.reduce((sum, x, c) => sum + Math.exp(x) * (x - (q[c] ?? NaN)), 0)

/** Batches in which no example's logits are all but equal: there a tenth of a rounding is as large as the deviation. */
export const spreadBatch = arbitraryBatch(60).filter(({ student, teacher }) =>
  [...student, ...teacher].every((row) => deviation64(row, row.length) > 0.1),
)
