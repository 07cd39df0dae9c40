import { tf } from '@umbra/core'

/**
 * The value unchanged, its gradient multiplied by `factor`: reversed where that is negative.
 *
 * @param x any shape
 * @param factor dimensionless; no gradient flows into it
 * @see Ganin and Lempitsky, Unsupervised Domain Adaptation by Backpropagation, arXiv 1409.7495 (gradient reversal)
 */
export function scaleGradient<T extends tf.Tensor>(x: T, factor: tf.Scalar): T {
  const scaled = tf.customGrad((...inputs) => {
    const [value, by, save] = inputs as [tf.Tensor, tf.Tensor, tf.GradSaveFunc]
    save([by])
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [kept] = saved as [tf.Tensor]
      return [tf.mul(dy, kept), tf.zerosLike(kept)]
    }
    return { value: tf.clone(value), gradFunc }
  })
  return scaled(x, factor) as T
}
