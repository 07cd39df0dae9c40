import type { ModelContext } from '@umbra/core'
import * as tfl from '@tensorflow/tfjs-layers'

/** Builds the layers of one model; `context` gives each layer the seed of its name. */
export interface Blocks {
  readonly conv: (name: string, input: tfl.SymbolicTensor, spec: ConvSpec) => tfl.SymbolicTensor
  /** A frozen convolution whose kernel the caller sets. */
  readonly select: (name: string, input: tfl.SymbolicTensor, spec: ConvSpec) => tfl.SymbolicTensor
  readonly norm: (name: string, input: tfl.SymbolicTensor) => tfl.SymbolicTensor
  readonly relu: (name: string, input: tfl.SymbolicTensor) => tfl.SymbolicTensor
  readonly head: (input: tfl.SymbolicTensor) => tfl.SymbolicTensor
}

export interface ConvSpec {
  readonly filters: number
  readonly size: 1 | 3
  readonly stride?: number
}

/** The standard layers of the models of this package, initialised like the code of their papers. */
export function blocks({ classes, seedFor }: ModelContext): Blocks {
  return {
    conv: (name, input, { filters, size, stride = 1 }) => {
      // 'same' pads an even input on the right only when the stride is 2; PyTorch pads both sides.
      const explicit = size > 1 && stride > 1
      const padded = explicit
        ? tfl.layers.zeroPadding2d({ name: `${name}_pad`, padding: 1 }).apply(input)
        : input
      return tfl.layers
        .conv2d({
          name,
          filters,
          kernelSize: size,
          strides: stride,
          padding: explicit || size === 1 ? 'valid' : 'same',
          useBias: false,
          kernelInitializer: heNormalFanOut(size * size * filters, seedFor(name)),
        })
        .apply(padded) as tfl.SymbolicTensor
    },
    select: (name, input, { filters, size, stride = 1 }) =>
      tfl.layers
        .conv2d({
          name,
          filters,
          kernelSize: size,
          strides: stride,
          useBias: false,
          kernelInitializer: 'zeros',
          trainable: false,
        })
        .apply(input) as tfl.SymbolicTensor,
    norm: (name, input) =>
      tfl.layers
        .batchNormalization({ name, momentum: 0.9, epsilon: 1e-5 })
        .apply(input) as tfl.SymbolicTensor,
    relu: (name, input) =>
      tfl.layers.activation({ name, activation: 'relu' }).apply(input) as tfl.SymbolicTensor,
    head: (input) => {
      const pooled = tfl.layers.globalAveragePooling2d({ name: 'pooled' }).apply(input) as tfl.SymbolicTensor
      // Pooling leaves `[batch, channels]`.
      const [, channels] = pooled.shape as [null, number]
      const bound = 1 / Math.sqrt(channels)
      const kernelInitializer = tfl.initializers.randomUniform({
        minval: -bound,
        maxval: bound,
        seed: seedFor('logits'),
      })
      return tfl.layers
        .dense({ name: 'logits', units: classes, kernelInitializer })
        .apply(pooled) as tfl.SymbolicTensor
    },
  }
}

// tfjs's own heNormal counts the fan-in and cuts the tails, which lowers the deviation by an eighth.
const heNormalFanOut = (fanOut: number, seed: number): ReturnType<typeof tfl.initializers.randomNormal> =>
  tfl.initializers.randomNormal({ mean: 0, stddev: Math.sqrt(2 / fanOut), seed })
