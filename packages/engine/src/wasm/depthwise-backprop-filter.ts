import type { TensorInfo } from '@tensorflow/tfjs-core'
import { type ConvAttrs, type Shape4D, convInfo, windowArguments } from './conv-info.js'
import { floats, heapKernel, offset } from './heap-kernel.js'
import { loopsOf } from './loops/loops.js'

/**
 * Gradient of a depthwise convolution with respect to its kernel.
 *
 * `dw[a, b, i, m] = sum over n, y, x of input[n, y s + a - p, x s + b - p, i] dy[n, y, x, i M + m]`
 *
 * x `[N, H, W, I]`, dy `[N, H', W', I M]`, result `[A, B, I, M]`.
 */
export const depthwiseBackpropFilter = heapKernel<
  { x: TensorInfo; dy: TensorInfo },
  ConvAttrs & { filterShape: Shape4D }
>('DepthwiseConv2dNativeBackpropFilter', ({ inputs: { x, dy }, attrs, backend }) => {
  const info = convInfo(x.shape, attrs.filterShape, attrs, true)
  const out = backend.makeOutput(attrs.filterShape, 'float32')
  floats(backend, out).fill(0)
  const tensors = [offset(backend, x), offset(backend, dy), offset(backend, out)] as const
  loopsOf(backend).depthwiseFilter(...tensors, ...windowArguments(info))
  return out
})
