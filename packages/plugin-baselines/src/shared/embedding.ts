import { type TensorRecord, entryOf, namedSeed, tf } from '@umbra/core'
import { unitVectors } from './unit-vectors.js'

/**
 * Variables of two dense layers, `<name>a` from inputs to hidden and `<name>b` from hidden to outputs: `<layer>Kernel` and
 * `<layer>Bias`, uniform within `1 / sqrt(fan-in)`.
 */
export const embeddingVariables = (
  name: string,
  [inputs, hidden, outputs]: readonly [inputs: number, hidden: number, outputs: number],
  seed: number,
): TensorRecord => ({
  ...denseVariables(`${name}a`, inputs, hidden, seed),
  ...denseVariables(`${name}b`, hidden, outputs, seed),
})

function denseVariables(layer: string, inputs: number, outputs: number, seed: number): TensorRecord {
  const bound = 1 / Math.sqrt(inputs)
  const uniform = (name: string, shape: [number] | [number, number]): tf.Tensor =>
    tf.randomUniform(shape, -bound, bound, 'float32', namedSeed(seed, name))
  const [kernel, bias] = [`${layer}Kernel`, `${layer}Bias`]
  return { [kernel]: uniform(kernel, [inputs, outputs]), [bias]: uniform(bias, [outputs]) }
}

/** Both layers with a ReLU between them, and rows of length 1: `[batch, inputs]` to `[batch, outputs]`. */
export function embed(x: tf.Tensor2D, variables: TensorRecord, name: string): tf.Tensor2D {
  const dense = (input: tf.Tensor2D, layer: string): tf.Tensor2D =>
    tf.add(
      tf.matMul(input, entryOf(variables, `${layer}Kernel`) as tf.Tensor2D),
      entryOf(variables, `${layer}Bias`),
    )
  return unitVectors(dense(tf.relu(dense(x, `${name}a`)), `${name}b`))
}
