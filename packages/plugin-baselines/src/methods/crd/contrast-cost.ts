/** Sizes that the cost of a contrast depends on. */
export interface ContrastSizes {
  readonly batch: number
  /** Images of the training set, N. */
  readonly samples: number
  /** K */
  readonly negatives: number
  readonly dimension: number
}

/** Whether scoring the whole memory costs less than gathering the rows drawn. */
export const scoresAll = ({ samples, negatives, dimension }: ContrastSizes): boolean =>
  samples * 16 <= (negatives + 1) * dimension
