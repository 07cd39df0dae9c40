import { type KernelConfig, getKernel, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core'
import { batchNormInference } from './batch-norm-inference.js'
import { cast } from './cast.js'
import { conv2dBackpropFilter } from './conv2d-backprop-filter.js'
import { conv2dBackpropInput } from './conv2d-backprop-input.js'
import { depthwiseBackpropFilter } from './depthwise-backprop-filter.js'
import { depthwiseBackpropInput } from './depthwise-backprop-input.js'
import { einsum } from './einsum.js'
import { fusedBatchNorm } from './fused-batch-norm.js'
import { fusedBatchNormGradient } from './fused-batch-norm-gradient.js'
import { gather } from './gather.js'
import { identity } from './identity.js'
import { reduceLeadingAxes } from './reduce-leading-axes.js'
import { maxPoolGradient } from './max-pool-gradient.js'
import { explicitSamePadding } from './explicit-same-padding.js'
import { tile } from './tile.js'
import { unsortedSegmentSum } from './unsorted-segment-sum.js'

/** Kernels that the stock wasm backend lacks. */
const added: readonly KernelConfig[] = [
  conv2dBackpropFilter,
  depthwiseBackpropFilter,
  depthwiseBackpropInput,
  einsum,
  fusedBatchNorm,
  fusedBatchNormGradient,
  unsortedSegmentSum,
]

/** Kernels that replace a stock one. */
const replaced: Readonly<Record<string, (stock: KernelConfig) => KernelConfig>> = {
  Cast: () => cast,
  Conv2D: explicitSamePadding,
  Conv2DBackpropInput: conv2dBackpropInput,
  DepthwiseConv2dNative: explicitSamePadding,
  FusedBatchNorm: batchNormInference,
  FusedConv2D: explicitSamePadding,
  FusedDepthwiseConv2D: explicitSamePadding,
  GatherV2: gather,
  Identity: () => identity,
  MaxPoolGrad: () => maxPoolGradient,
  Mean: reduceLeadingAxes,
  Sum: reduceLeadingAxes,
  Tile: () => tile,
}

/** Registers all of them for the `wasm` backend. Call it once. */
export function registerTrainingKernels(): void {
  for (const kernel of added) registerKernel(kernel)
  for (const [name, replace] of Object.entries(replaced)) {
    const kernel = replace(getKernel(name, 'wasm'))
    unregisterKernel(name, 'wasm')
    registerKernel(kernel)
  }
}
