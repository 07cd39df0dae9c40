import { backend_util } from '@tensorflow/tfjs-core'
import type { WindowArguments } from './loops/loops.js'

export type Shape4D = [number, number, number, number]

/** The attributes shared by all convolution kernels, as tfjs-core passes them. */
export interface ConvAttrs {
  readonly strides: number | [number, number]
  readonly pad: 'valid' | 'same' | number | backend_util.ExplicitPadding
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

/**
 * Sizes, strides and paddings of a convolution, channels last as the forward kernel requires, and not dilated: tfjs-core
 * has no gradient of a dilated one.
 */
export function convInfo(
  inputShape: readonly number[],
  filterShape: readonly number[],
  attrs: ConvAttrs,
  depthwise = false,
): backend_util.Conv2DInfo {
  return backend_util.computeConv2DInfo(
    [...inputShape] as Shape4D,
    [...filterShape] as Shape4D,
    attrs.strides,
    1,
    attrs.pad,
    attrs.dimRoundingMode,
    depthwise,
    'channelsLast',
  )
}

/** The same values in the order of the convolution loops. */
export function windowArguments(info: backend_util.Conv2DInfo): WindowArguments {
  return [
    info.batchSize,
    info.inHeight,
    info.inWidth,
    info.inChannels,
    info.outHeight,
    info.outWidth,
    info.outChannels,
    info.filterHeight,
    info.filterWidth,
    info.strideHeight,
    info.strideWidth,
    info.padInfo.top,
    info.padInfo.left,
  ]
}
