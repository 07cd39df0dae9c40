/** Sizes that the cost of a contrast depends on. */
export interface ContrastSizes {
  readonly batch: number
  /** Images of the training set, N. */
  readonly samples: number
  /** K */
  readonly negatives: number
  readonly dimension: number
}

/** Arrays `[batch, samples]` or `[batch, K]` that both directions and their gradients hold at once, as measured. */
const ARRAYS = 32
/** Two memories, each with the copy that a step makes and its new value. */
const BANKS = 6
const BYTES = 4

/**
 * Whether scoring the whole memory costs less than gathering the rows drawn. A gathered number costs as much as 16 of the
 * whole memory's scores: times are equal near N = 8 K at dimension 128, and so is memory.
 */
export const scoresAll = ({ samples, negatives, dimension }: ContrastSizes): boolean =>
  16 * samples <= (negatives + 1) * dimension

/** An estimate of the bytes that memories and scores need. */
export function contrastBytes(sizes: ContrastSizes): number {
  const { batch, samples, negatives, dimension } = sizes
  const scores = scoresAll(sizes)
    ? ARRAYS * batch * samples
    : batch * (negatives + 1) * (2 * dimension + ARRAYS)
  return BYTES * (BANKS * samples * dimension + scores)
}
