import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core'
import { tf } from '../tf.js'

/**
 * Batch normalisation with the statistics of this batch: `gamma (x - mean) / sqrt(var + epsilon) + beta`, mean and population
 * variance of each channel over all other axes. Gradients flow through both.
 *
 * @param x `[batch, ..., channels]`
 * @param gamma scale, `[channels]`
 * @param beta shift, `[channels]`
 * @param epsilon added to the variance, > 0
 * @returns the shape of `x`
 * @see Ioffe, Szegedy, arXiv 1502.03167, algorithm 1
 */
export function batchNorm<T extends Tensor>(x: T, gamma: Tensor1D, beta: Tensor1D, epsilon = 1e-5): T {
  const axes = x.shape.slice(0, -1).map((_, axis) => axis)
  const centred = tf.sub(x, tf.mean(x, axes, true))
  const variance = tf.mean(tf.square(centred), axes, true)
  const scale = tf.mul(tf.rsqrt(tf.add(variance, epsilon)), gamma)
  return tf.add<T>(tf.mul(centred, scale), beta)
}
