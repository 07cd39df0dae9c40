import type { DataType, TensorInfo } from '@tensorflow/tfjs-core'
import { heapKernel, view } from './heap-kernel.js'

/**
 * Change of data type. To the same type it copies nothing; to `bool` it is `x != 0`, while the stock kernel stores the
 * value modulo 256.
 */
export const cast = heapKernel<{ x: TensorInfo }, { readonly dtype: DataType }>(
  'Cast',
  ({ inputs: { x }, attrs: { dtype }, backend }) => {
    if (x.dtype === dtype) {
      backend.incRef(x.dataId)
      return { dataId: x.dataId, shape: x.shape, dtype }
    }
    const out = backend.makeOutput(x.shape, dtype)
    const [from, to] = [view(backend, x), view(backend, out)]
    if (dtype === 'bool') for (let i = 0; i < to.length; i++) to[i] = from[i] === 0 ? 0 : 1
    else to.set(from)
    return out
  },
)
