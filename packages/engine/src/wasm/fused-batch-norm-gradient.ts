import { type TensorInfo, util } from '@tensorflow/tfjs-core'
import { floats, heapKernel, offset } from './heap-kernel.js'
import { columnTotals } from './loops/column-totals.js'
import { loopsOf } from './loops/loops.js'

/**
 * Gradients of `fusedBatchNorm` with respect to x, scale and offset, through the statistics of the batch.
 *
 * `doffset = sum dy`, `dscale = sum dy n`, `dx = scale inverse (dy - doffset / R - n dscale / R)`, where
 * `n = (x - mean) inverse` and R counts the rows. dy and x `[..., C]`, scale, mean and inverse `[C]`; returns dx
 * `[..., C]`, dscale `[C]` and doffset `[C]`.
 */
export const fusedBatchNormGradient = heapKernel<
  { dy: TensorInfo; x: TensorInfo; scale: TensorInfo; mean: TensorInfo; inverse: TensorInfo },
  unknown
>('FusedBatchNormGradV3', ({ inputs, backend }) => {
  const { shape } = inputs.x
  const channels = shape.at(-1) ?? 1
  const rows = util.sizeFromShape(shape) / channels
  const output = (size: readonly number[]): TensorInfo => backend.makeOutput([...size], 'float32')
  const [dx, dScale, dOffset] = [output(shape), output([channels]), output([channels])]
  const [slope, pull, shift] = [output([channels]), output([channels]), output([channels])]
  const loops = loopsOf(backend)
  const [dy, x, mean] = [inputs.dy, inputs.x, inputs.mean].map((info) => offset(backend, info)) as [
    number,
    number,
    number,
  ]
  const totals = columnTotals(backend, 2 * channels, (partial, sums) => {
    loops.products(dy, x, mean, rows, channels, partial, sums)
  })
  const [gains, inverses] = [floats(backend, inputs.scale), floats(backend, inputs.inverse)]
  const [dGains, dOffsets] = [floats(backend, dScale), floats(backend, dOffset)]
  const [slopes, pulls, shifts] = [floats(backend, slope), floats(backend, pull), floats(backend, shift)]
  // All vectors have one value per channel, and the totals have two.
  for (let c = 0; c < channels; c++) {
    const factor = inverses[c]!
    const [sum, product] = [totals[c]!, totals[channels + c]!]
    dOffsets[c] = sum
    dGains[c] = product * factor
    slopes[c] = gains[c]! * factor
    pulls[c] = (gains[c]! * factor ** 3 * product) / rows
    shifts[c] = (gains[c]! * factor * sum) / rows
  }
  const perChannel = [mean, offset(backend, slope), offset(backend, pull), offset(backend, shift)] as const
  loops.pullBack(dy, x, ...perChannel, rows, channels, offset(backend, dx))
  for (const { dataId } of [slope, pull, shift]) backend.disposeData(dataId)
  return [dx, dScale, dOffset]
})
