import { type KernelConfig, type TensorInfo, backend_util, util } from '@tensorflow/tfjs-core'
import { floats, heapKernel, offset, view } from './heap-kernel.js'
import { columnTotals } from './loops/column-totals.js'
import { loopsOf } from './loops/loops.js'
import type { WasmBackend } from './wasm-backend.js'

interface Reduction {
  readonly axis: number | readonly number[]
  readonly keepDims: boolean
}

/**
 * Sum or mean of a float32 tensor over its first axes, `[R..., C...]` to `[C...]`: every bias, gain and statistic over a
 * batch needs it, and the stock kernels transpose the whole tensor first. The stock kernel does other reductions.
 */
export function reduceLeadingAxes(stock: KernelConfig): KernelConfig {
  const mean = stock.kernelName === 'Mean'
  const leading = heapKernel<{ x: TensorInfo }, Reduction>(stock.kernelName, ({ inputs, attrs, backend }) => {
    const { x } = inputs
    const axes = util.parseAxisParam(attrs.axis as number | number[], x.shape).sort((a, b) => a - b)
    const kept = x.shape.slice(axes.length)
    const applies =
      x.dtype === 'float32' &&
      axes.length > 0 &&
      axes.length < x.shape.length &&
      axes.every((axis, i) => axis === i)
    const columns = util.sizeFromShape(kept)
    const rows = util.sizeFromShape(x.shape.slice(0, axes.length))
    if (util.sizeFromShape(x.shape) === 0) {
      return empty(backend, x, axes, attrs.keepDims, mean)
    }
    if (!applies) {
      return stock.kernelFunc({ inputs: { ...inputs }, attrs: { ...attrs }, backend })
    }
    const shape = attrs.keepDims ? [...axes.map(() => 1), ...kept] : kept
    const out = backend.makeOutput(shape, 'float32')
    const sums = columnTotals(backend, columns, (partial, totals) => {
      loopsOf(backend).columnSums(offset(backend, x), rows, columns, partial, totals)
    })
    floats(backend, out).set(mean ? sums.map((sum) => sum / rows) : sums)
    return out
  })
  return { ...stock, ...leading }
}

/** Without values the sum is 0 and the mean is NaN; the stock kernels leave the memory uninitialised. */
function empty(
  backend: WasmBackend,
  x: TensorInfo,
  axes: readonly number[],
  keepDims: boolean,
  mean: boolean,
): TensorInfo {
  const [reduced] = backend_util.computeOutAndReduceShapes(x.shape, [...axes])
  const shape = keepDims ? backend_util.expandShapeToKeepDim(reduced, [...axes]) : reduced
  const out = backend.makeOutput(shape, mean ? 'float32' : x.dtype)
  view(backend, out).fill(mean ? NaN : 0)
  return out
}
