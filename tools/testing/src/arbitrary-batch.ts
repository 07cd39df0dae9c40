import fc from 'fast-check'

/** Logits and labels of a small batch. */
export interface ArbitraryBatch {
  /** `[batch][classes]` */
  readonly student: readonly (readonly number[])[]
  readonly teacher: readonly (readonly number[])[]
  readonly labels: readonly number[]
}

/** Batches of 1 to 5 examples and 3 to 12 classes, with logits within `limit` of 0. */
export const arbitraryBatch = (limit: number): fc.Arbitrary<ArbitraryBatch> =>
  fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 3, max: 12 })).chain(([batch, classes]) => {
    const logit = fc.float({ min: -limit, max: limit, noNaN: true })
    const row = fc.array(logit, { minLength: classes, maxLength: classes })
    const logits = fc.array(row, { minLength: batch, maxLength: batch })
    const label = fc.integer({ min: 0, max: classes - 1 })
    return fc.record({
      student: logits,
      teacher: logits,
      labels: fc.array(label, { minLength: batch, maxLength: batch }),
    })
  })
