import { type ModelContext, defineModel, z } from '@umbra/core'
import * as tfl from '@tensorflow/tfjs-layers'
import { blocks } from './blocks.js'

/** Size of the plain convolutional network. */
export interface CnnOptions {
  /** Channels of the first block. */
  readonly width: number
  /** Number of convolution blocks. */
  readonly depth: number
}

/**
 * A plain convolutional network for small images that ends in logits `[batch, classes]`.
 *
 * Each block is a 3x3 convolution, batch normalisation and ReLU; between blocks the image is halved by average pooling
 * while it is at least four pixels wide, and the channels double.
 */
export function buildCnn(context: ModelContext, { width, depth }: CnnOptions): tfl.LayersModel {
  const make = blocks(context)
  const input = tfl.input({ name: 'image', shape: [...context.inputShape] })
  let features = input
  let filters = width
  for (let block = 1; block <= depth; block++) {
    const name = `block${block}`
    features = make.norm(`${name}_bn`, make.conv(`${name}_conv`, features, { filters, size: 3 }))
    features = make.relu(`${name}_out`, features)
    const [, height, across] = features.shape as [null, number, number]
    if (block === depth || Math.min(height, across) < 4) continue
    features = tfl.layers
      .averagePooling2d({ name: `${name}_pool`, poolSize: 2, strides: 2 })
      .apply(features) as tfl.SymbolicTensor
    filters *= 2
  }
  return tfl.model({ inputs: input, outputs: make.head(features), name: 'cnn' })
}

/** `cnn`: small enough for the embedded digits; wider is better there. */
export const cnn = defineModel({
  id: 'cnn',
  summary: 'Plain convolutional network for very small images; `width` sets its size.',
  options: z.strictObject({
    width: z.int().min(1).max(512).default(16).describe('channels of the first block'),
    depth: z
      .int()
      .min(1)
      .max(6)
      .default(3)
      .describe('convolution blocks; each but the last halves the image'),
  }),
  taps: { stem: 'block1_out', pooled: 'pooled', logits: 'logits' },
  build: buildCnn,
})
