import { tf } from '@umbra/core'
import type { Scalar, Tensor } from '@tensorflow/tfjs-core'

/**
 * The value unchanged, its gradient multiplied by `factor`: reversed where that is negative.
 *
 * @param x any shape
 * @param factor dimensionless; no gradient flows into it
 * @see Ganin and Lempitsky, Unsupervised Domain Adaptation by Backpropagation, arXiv 1409.7495 (gradient reversal)
 */
export function scaleGradient<T extends Tensor>(x: T, factor: Scalar): T {
  const scaled = tf.customGrad((...inputs) => {
    const [value, by] = inputs as [Tensor, Tensor]
    return {
      value: tf.clone(value),
      gradFunc: (dy: Tensor) => [tf.mul(dy, by), tf.zerosLike(by)],
    }
  })
  return scaled(x, factor) as T
}
