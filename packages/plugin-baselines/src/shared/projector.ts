import { namedSeed, tf } from '@umbra/core'

/**
 * Initial kernel of a 1x1 convolution or dense layer, normal with variance `2 / inputs`, truncated at two deviations.
 *
 * @param name distinguishes the kernels of one objective
 * @returns `[inputs, outputs]`
 * @see He et al., arXiv 1502.01852, equation 10
 */
export const initialKernel = (inputs: number, outputs: number, seed: number, name: string): tf.Tensor2D =>
  tf.truncatedNormal([inputs, outputs], 0, Math.sqrt(2 / inputs), 'float32', namedSeed(seed, name))

/** 1x1 convolution without bias, as a matrix product: `[batch, height, width, inputs]` to `[..., outputs]`. */
export function project(x: tf.Tensor4D, kernel: tf.Tensor2D): tf.Tensor4D {
  const [batch, height, columns, channels] = x.shape
  const rows: tf.Tensor2D = tf.reshape(x, [batch * height * columns, channels])
  return tf.reshape(tf.matMul(rows, kernel), [batch, height, columns, kernel.shape[1]])
}
