import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { tf } from '../tf.js'

/**
 * Rows with 1 at the labelled class and 0 elsewhere.
 *
 * @param labels class indices, int32 `[batch]`
 * @param classes number of classes
 * @returns float32 `[batch, classes]`
 * @example
 * oneHot(tf.tensor1d([1], 'int32'), 3).arraySync() // [[0, 1, 0]]
 */
export function oneHot(labels: Tensor1D, classes: number): Tensor2D {
  return tf.cast(tf.oneHot(labels, classes), 'float32') as Tensor2D
}
