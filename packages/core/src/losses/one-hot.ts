import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { tf } from '../tf.js'

/**
 * Rows with 1 at the labelled class and 0 elsewhere.
 *
 * @param labels class indices, int32 `[batch]`
 * @param classes number of classes
 * @returns float32 `[batch, classes]`
 */
export function oneHot(labels: Tensor1D, classes: number): Tensor2D {
  return tf.cast(tf.oneHot(labels, classes), 'float32') as Tensor2D
}
