import { tf } from '@umbra/core'
import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'

/**
 * Fraction of samples whose largest logit is the label's: `mean [argmax_c z_c = y]`.
 *
 * @param logits `[samples, classes]`
 * @param labels class indices, int32 `[samples]`
 * @returns 0 to 1
 */
export const accuracy = (logits: Tensor2D, labels: Tensor1D): Scalar =>
  tf.mean(tf.cast(tf.equal(tf.argMax(logits, 1), labels), 'float32'))
