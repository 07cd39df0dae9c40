import { type TensorInfo, backend_util } from '@tensorflow/tfjs-core'
import { type ConvAttrs, type Shape4D, windowArguments } from './conv-info.js'
import { floats, heapKernel, offset } from './heap-kernel.js'
import { loopsOf } from './loops/loops.js'

/**
 * Gradient of max pooling: each window passes dy to its first largest value. The stock kernel drops windows whose largest
 * value is not positive. x `[N, H, W, C]`, dy `[N, H', W', C]`, result `[N, H, W, C]`.
 */
export const maxPoolGradient = heapKernel<
  { dy: TensorInfo; input: TensorInfo },
  ConvAttrs & { filterSize: number | [number, number] }
>('MaxPoolGrad', ({ inputs: { dy, input }, attrs, backend }) => {
  const info = backend_util.computePool2DInfo(
    input.shape as Shape4D,
    attrs.filterSize,
    attrs.strides,
    1,
    attrs.pad,
    attrs.dimRoundingMode,
  )
  const out = backend.makeOutput(input.shape, 'float32')
  floats(backend, out).fill(0)
  const tensors = [offset(backend, input), offset(backend, dy), offset(backend, out)] as const
  loopsOf(backend).maxPoolInput(...tensors, ...windowArguments(info))
  return out
})
