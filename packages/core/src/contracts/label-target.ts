import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'

/** What the examples of a batch are labelled with: one class each, a distribution over classes, or nothing. */
export interface LabelTarget {
  /** Class of each example, int32 `[batch]`; -1 where there is none. Of mixed labels, the class with the larger share. */
  readonly labels: Tensor1D
  /** Mixed or smoothed labels, float32 `[batch, classes]`, rows sum to 1. Absent where each label is one class. */
  readonly probabilities?: Tensor2D
  /** 1 where an example has a label, 0 where not, float32 `[batch]`. Absent where all have one. */
  readonly labelled?: Tensor1D
}
