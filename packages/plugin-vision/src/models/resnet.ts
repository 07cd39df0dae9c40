import type { ModelContext } from '@umbra/core'
import * as tfl from '@tensorflow/tfjs-layers'
import { type Blocks, blocks } from './blocks.js'
import { fillChannelPadding } from './channel-padding.js'

/** How a block's input reaches its sum when the shape changes. */
export type Shortcut = 'projection' | 'identity'

/** Layout of a ResNet for small images: three stages with the same number of blocks. */
export interface ResNetSpec {
  readonly name: string
  /** `6 n + 2` for `n` blocks per stage. */
  readonly depth: number
  readonly stem: number
  /** Channels of the three stages. */
  readonly widths: readonly [number, number, number]
}

/** Aliases of a ResNet's taps: stage outputs after the ReLU, and before it (`_pre`), `[batch, height, width, channels]`. */
export const resNetTaps = ({ depth }: ResNetSpec): Readonly<Record<string, string>> => ({
  stem: 'stem_out',
  stage1: `stage1_block${blocksPerStage(depth)}_out`,
  stage2: `stage2_block${blocksPerStage(depth)}_out`,
  stage3: `stage3_block${blocksPerStage(depth)}_out`,
  stage1_pre: `stage1_block${blocksPerStage(depth)}_add`,
  stage2_pre: `stage2_block${blocksPerStage(depth)}_add`,
  stage3_pre: `stage3_block${blocksPerStage(depth)}_add`,
  pooled: 'pooled',
  logits: 'logits',
})

const blocksPerStage = (depth: number): number => (depth - 2) / 6

/**
 * A ResNet for small images that ends in logits `[batch, classes]` (He et al., CVPR 2016, section 4.2).
 *
 * `shortcut` is 'projection' (their option B: 1x1 convolution and batch normalisation) or 'identity' (option A: every
 * other pixel, new channels zero), here a frozen 1x1 convolution with a 0/1 kernel, so that any tfjs can load the model.
 * Strided 3x3 convolutions pad one pixel on every side, as in PyTorch.
 */
export function buildResNet(spec: ResNetSpec, context: ModelContext, shortcut: Shortcut): tfl.LayersModel {
  const make = blocks(context)
  const input = tfl.input({ name: 'image', shape: [...context.inputShape] })
  let features = make.conv('stem_conv', input, { filters: spec.stem, size: 3 })
  features = make.relu('stem_out', make.norm('stem_bn', features))
  for (const [stage, filters] of spec.widths.entries())
    for (let block = 0; block < blocksPerStage(spec.depth); block++) {
      const stride = stage > 0 && block === 0 ? 2 : 1
      features = residual(make, `stage${stage + 1}_block${block + 1}`, features, {
        filters,
        stride,
        shortcut,
      })
    }
  const model = tfl.model({ inputs: input, outputs: make.head(features), name: spec.name })
  if (shortcut === 'identity') fillChannelPadding(model)
  return model
}

interface Residual {
  readonly filters: number
  readonly stride: number
  readonly shortcut: Shortcut
}

function residual(
  make: Blocks,
  name: string,
  input: tfl.SymbolicTensor,
  { filters, stride, shortcut }: Residual,
): tfl.SymbolicTensor {
  let path = make.conv(`${name}_conv1`, input, { filters, size: 3, stride })
  path = make.relu(`${name}_relu1`, make.norm(`${name}_bn1`, path))
  path = make.norm(`${name}_bn2`, make.conv(`${name}_conv2`, path, { filters, size: 3 }))
  let short = input
  if (stride !== 1 || input.shape.at(-1) !== filters) {
    const at = `${name}_shortcut_conv`
    if (shortcut === 'identity') short = make.select(at, input, { filters, size: 1, stride })
    else short = make.norm(`${name}_shortcut_bn`, make.conv(at, input, { filters, size: 1, stride }))
  }
  const sum = tfl.layers.add({ name: `${name}_add` }).apply([path, short]) as tfl.SymbolicTensor
  return make.relu(`${name}_out`, sum)
}
