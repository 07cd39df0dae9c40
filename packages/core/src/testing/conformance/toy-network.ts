import * as tfl from '@tensorflow/tfjs-layers'
import { namedSeed } from '../../random/stream.js'

export const CLASSES = 5
export const IMAGE = [8, 8, 1] as const

/** Channels of the three stages. */
export type Widths = readonly [number, number, number]

/**
 * A small network with the taps that methods ask for: `stem`, `stage1` to `stage3` and each with `_pre` before its ReLU
 * (the output of a batch normalisation), `pooled` and `logits`. Maps are 4x4, 4x4, 2x2 and 2x2.
 */
export function toyNetwork(seed: number, widths: Widths): tfl.LayersModel {
  const init = (name: string) => tfl.initializers.heNormal({ seed: namedSeed(seed, name) })
  const input = tfl.input({ shape: [...IMAGE] })
  const stages = [
    { name: 'stem', filters: widths[0], strides: 2 },
    { name: 'stage1', filters: widths[0], strides: 1 },
    { name: 'stage2', filters: widths[1], strides: 2 },
    { name: 'stage3', filters: widths[2], strides: 1 },
  ]
  const features = stages.reduce<tfl.SymbolicTensor>((x, { name, filters, strides }) => {
    const kernel = { kernelSize: 3, padding: 'same', useBias: false, kernelInitializer: init(name) } as const
    const layers = [
      tfl.layers.conv2d({ name: `${name}_conv`, filters, strides, ...kernel }),
      tfl.layers.batchNormalization({ name: `${name}_pre`, momentum: 0.9, epsilon: 1e-5 }),
      tfl.layers.activation({ name, activation: 'relu' }),
    ]
    return layers.reduce((y, layer) => layer.apply(y) as tfl.SymbolicTensor, x)
  }, input)
  const pooled = tfl.layers.globalAveragePooling2d({ name: 'pooled' }).apply(features)
  const dense = tfl.layers.dense({ name: 'logits', units: CLASSES, kernelInitializer: init('logits') })
  return tfl.model({ inputs: input, outputs: dense.apply(pooled) as tfl.SymbolicTensor, name: 'toy' })
}

/** Names a method asks for to layers of a model: itself where there is one, the deepest stage otherwise. */
export const tapAliases = (model: tfl.LayersModel, names: readonly string[] = []): Record<string, string> => {
  const layers = new Set(model.layers.map(({ name }) => name))
  const stage = (name: string): string => (name.endsWith('_pre') ? 'stage3_pre' : 'stage3')
  return Object.fromEntries(names.map((name) => [name, layers.has(name) ? name : stage(name)]))
}
