import type { TensorInfo } from '@tensorflow/tfjs-core'
import { type ConvAttrs, type Shape4D, convInfo, windowArguments } from './conv-info.js'
import { floats, heapKernel, offset } from './heap-kernel.js'
import { loopsOf } from './loops/loops.js'

/**
 * Gradient of a depthwise convolution with respect to its input.
 *
 * `dx[n, y s + a - p, x s + b - p, i] = sum over y, x, a, b, m of dy[n, y, x, i M + m] filter[a, b, i, m]`
 *
 * dy `[N, H', W', I M]`, filter `[A, B, I, M]`, result `[N, H, W, I]`.
 */
export const depthwiseBackpropInput = heapKernel<
  { dy: TensorInfo; filter: TensorInfo },
  ConvAttrs & { inputShape: Shape4D }
>('DepthwiseConv2dNativeBackpropInput', ({ inputs: { dy, filter }, attrs, backend }) => {
  const info = convInfo(attrs.inputShape, filter.shape, attrs, true)
  const out = backend.makeOutput(attrs.inputShape, 'float32')
  floats(backend, out).fill(0)
  const tensors = [offset(backend, out), offset(backend, dy), offset(backend, filter)] as const
  loopsOf(backend).depthwiseInput(...tensors, ...windowArguments(info))
  return out
})
