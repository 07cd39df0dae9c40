import { type KernelConfig, type TensorInfo } from '@tensorflow/tfjs-core'
import { floats, heapKernel, offset } from './heap-kernel.js'
import { loopsOf } from './loops/loops.js'

interface Inputs {
  readonly x: TensorInfo
  readonly mean: TensorInfo
  readonly variance: TensorInfo
  readonly offset?: TensorInfo | null
  readonly scale?: TensorInfo | null
}

/**
 * Batch normalisation with fixed statistics, as one multiplication and one addition per value:
 * `y = x a + b`, `a = scale / sqrt(variance + epsilon)`, `b = offset - mean a`. x `[..., C]`, the others `[C]`; the
 * stock kernel does other shapes.
 */
export function batchNormInference(stock: KernelConfig): KernelConfig {
  const folded = heapKernel<Inputs, { readonly varianceEpsilon: number }>(
    'FusedBatchNorm',
    ({ inputs, attrs, backend }) => {
      const { x } = inputs
      const channels = x.shape.at(-1) ?? 1
      const vectors = [inputs.mean, inputs.variance, inputs.scale, inputs.offset]
      const perChannel = vectors.every((info) => info == null || info.shape.join() === String(channels))
      if (!perChannel || channels === 0) {
        return stock.kernelFunc({ inputs: { ...inputs } as never, attrs: { ...attrs }, backend })
      }
      const y = backend.makeOutput(x.shape, 'float32')
      const slope = backend.makeOutput([channels], 'float32')
      const shift = backend.makeOutput([channels], 'float32')
      const [slopes, shifts] = [floats(backend, slope), floats(backend, shift)]
      const [means, variances] = [floats(backend, inputs.mean), floats(backend, inputs.variance)]
      const gains = inputs.scale == null ? undefined : floats(backend, inputs.scale)
      const offsets = inputs.offset == null ? undefined : floats(backend, inputs.offset)
      // All vectors have one value per channel.
      for (let c = 0; c < channels; c++) {
        const factor = (gains?.[c] ?? 1) / Math.sqrt(variances[c]! + attrs.varianceEpsilon)
        slopes[c] = factor
        shifts[c] = (offsets?.[c] ?? 0) - means[c]! * factor
      }
      const rows = floats(backend, x).length / channels
      const line = [offset(backend, slope), offset(backend, shift)] as const
      loopsOf(backend).affine(offset(backend, x), ...line, rows, channels, offset(backend, y))
      backend.disposeData(slope.dataId)
      backend.disposeData(shift.dataId)
      return y
    },
  )
  return { ...stock, ...folded }
}
