import { type TensorInfo, util } from '@tensorflow/tfjs-core'
import { floats, heapKernel, offset } from './heap-kernel.js'
import { columnTotals } from './loops/column-totals.js'
import { loopsOf } from './loops/loops.js'

/**
 * Batch normalisation in training over all axes but the last, as one kernel.
 *
 * `y = scale (x - mean) inverse + offset`, `inverse = 1 / sqrt(variance + epsilon)`, biased variance of the batch.
 *
 * x `[..., C]`, scale and offset `[C]`. Returns y `[..., C]`, mean `[C]`, the *unbiased* variance `[C]`, and inverse `[C]`
 * for the gradient.
 */
export const fusedBatchNorm = heapKernel<
  { x: TensorInfo; scale: TensorInfo; offset: TensorInfo },
  { readonly epsilon: number }
>('FusedBatchNormV3', ({ inputs, attrs: { epsilon }, backend }) => {
  const { x } = inputs
  const channels = x.shape.at(-1) ?? 1
  const rows = util.sizeFromShape(x.shape) / channels
  const output = (shape: readonly number[]): TensorInfo => backend.makeOutput([...shape], 'float32')
  const [y, mean, variance, inverse] = [
    output(x.shape),
    output([channels]),
    output([channels]),
    output([channels]),
  ]
  const [slope, shift] = [output([channels]), output([channels])]
  const loops = loopsOf(backend)
  const source = offset(backend, x)
  const totals = columnTotals(backend, 2 * channels, (partial, sums) => {
    // The first row is the pivot.
    loops.moments(source, source, rows, channels, partial, sums)
  })
  const pivots = floats(backend, x)
  const [gains, offsets] = [floats(backend, inputs.scale), floats(backend, inputs.offset)]
  const [means, variances, inverses] = [
    floats(backend, mean),
    floats(backend, variance),
    floats(backend, inverse),
  ]
  const [slopes, shifts] = [floats(backend, slope), floats(backend, shift)]
  // All vectors have one value per channel, the pivots are the first row, and the totals have two values per channel.
  for (let c = 0; c < channels; c++) {
    const drift = totals[c]! / rows
    const centre = pivots[c]! + drift
    const biased = Math.max(0, totals[channels + c]! / rows - drift * drift)
    const factor = 1 / Math.sqrt(biased + epsilon)
    means[c] = centre
    variances[c] = (biased * rows) / Math.max(rows - 1, 1)
    inverses[c] = factor
    slopes[c] = gains[c]! * factor
    shifts[c] = offsets[c]! - centre * gains[c]! * factor
  }
  loops.affine(source, offset(backend, slope), offset(backend, shift), rows, channels, offset(backend, y))
  backend.disposeData(slope.dataId)
  backend.disposeData(shift.dataId)
  return [y, mean, variance, inverse]
})
