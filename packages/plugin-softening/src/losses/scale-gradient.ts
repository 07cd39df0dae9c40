import { tf } from '@umbra/core'
import type { GradSaveFunc, Scalar, Tensor } from '@tensorflow/tfjs-core'

/**
 * The value unchanged, its gradient multiplied by `factor`: reversed where that is negative.
 *
 * @param x any shape
 * @param factor dimensionless; no gradient flows into it
 * @see Ganin and Lempitsky, Unsupervised Domain Adaptation by Backpropagation, arXiv 1409.7495 (gradient reversal)
 */
export function scaleGradient<T extends Tensor>(x: T, factor: Scalar): T {
  const scaled = tf.customGrad((...inputs) => {
    const [value, by, save] = inputs as [Tensor, Tensor, GradSaveFunc]
    save([by])
    return {
      value: tf.clone(value),
      gradFunc: (dy: Tensor, saved: Tensor[]) => [tf.mul(dy, saved[0]!), tf.zerosLike(saved[0]!)],
    }
  })
  return scaled(x, factor) as T
}
