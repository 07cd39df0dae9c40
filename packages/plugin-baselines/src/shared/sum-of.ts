import { tf } from '@umbra/core'

/** Sum of per-example terms, `[batch]`. */
export const sumOf = (terms: readonly tf.Tensor1D[]): tf.Tensor1D => tf.addN([...terms])
