import { type KernelConfig, type TensorInfo, backend_util } from '@tensorflow/tfjs-core'
import type { Shape4D } from './conv-info.js'

interface ForwardAttrs {
  readonly strides: number | [number, number]
  /** Absent for a layer without dilations. */
  readonly dilations?: number | [number, number] | null
  readonly pad: 'valid' | 'same' | number | backend_util.ExplicitPadding
}

/**
 * A forward convolution with explicit paddings where `same` meets a stride larger than the kernel: there the stock kernels
 * fail silently and return zeros.
 */
export function explicitSamePadding(stock: KernelConfig): KernelConfig {
  const depthwise = stock.kernelName.includes('Depthwise')
  return {
    ...stock,
    kernelFunc: (params) => {
      const { strides, dilations, pad } = params.attrs as unknown as ForwardAttrs
      if (pad !== 'same') return stock.kernelFunc(params)
      const { x, filter } = params.inputs as unknown as { x: TensorInfo; filter: TensorInfo }
      const shapes = [x.shape, filter.shape] as [Shape4D, Shape4D]
      const info = backend_util.computeConv2DInfo(
        ...shapes,
        strides,
        dilations ?? 1,
        pad,
        undefined,
        depthwise,
      )
      if (info.filterHeight >= info.strideHeight && info.filterWidth >= info.strideWidth) {
        return stock.kernelFunc(params)
      }
      const { top, bottom, left, right } = info.padInfo
      const explicit: backend_util.ExplicitPadding = [
        [0, 0],
        [top, bottom],
        [left, right],
        [0, 0],
      ]
      return stock.kernelFunc({ ...params, attrs: { ...params.attrs, pad: explicit } })
    },
  }
}
