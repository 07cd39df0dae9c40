import { type TensorRecord, batchNorm, entryOf, namedSeed, tf } from '@umbra/core'

/** What follows a convolution: nothing, a bias, or batch normalisation with the statistics of the batch. */
export type After = 'nothing' | 'bias' | 'norm'

/**
 * Variables of a square convolution: `<name>Kernel` `[size, size, inputs, outputs]`, normal with variance `2 / fan-in` truncated
 * at two deviations, and `<name>Bias`, or `<name>Gamma` and `<name>Beta`, `[outputs]`.
 */
export function convolutionVariables(
  name: string,
  [size, inputs, outputs]: readonly [size: number, inputs: number, outputs: number],
  seed: number,
  after: After,
): TensorRecord {
  const deviation = Math.sqrt(2 / (size * size * inputs))
  const shape: [number, number, number, number] = [size, size, inputs, outputs]
  const kernel = tf.truncatedNormal(shape, 0, deviation, 'float32', namedSeed(seed, name))
  const made = { [`${name}Kernel`]: kernel }
  if (after === 'nothing') return made
  if (after === 'bias') return { ...made, [`${name}Bias`]: tf.zeros([outputs]) }
  return { ...made, [`${name}Gamma`]: tf.ones([outputs]), [`${name}Beta`]: tf.zeros([outputs]) }
}

/** Applies a convolution of stride 1, then the bias or batch normalisation for which there are variables. */
export function convolve(x: tf.Tensor4D, variables: TensorRecord, name: string): tf.Tensor4D {
  const mapped = tf.conv2d(x, entryOf(variables, `${name}Kernel`) as tf.Tensor4D, 1, 'same')
  const bias = variables[`${name}Bias`]
  if (bias !== undefined) return tf.add(mapped, bias)
  const gamma = variables[`${name}Gamma`]
  if (gamma === undefined) return mapped
  return batchNorm(mapped, gamma as tf.Tensor1D, entryOf(variables, `${name}Beta`) as tf.Tensor1D)
}
