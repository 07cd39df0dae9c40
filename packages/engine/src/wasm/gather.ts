import { backend_util, type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { composedKernel } from './composed-kernel.js'
import { view } from './heap-kernel.js'

interface Inputs {
  readonly x: TensorInfo
  readonly indices: TensorInfo
}

interface Attrs {
  readonly axis: number
  readonly batchDims: number
}

/**
 * `out[b, o, i, s] = x[b, o, indices[b, i], s]` for the batch dimensions b, which the stock kernel gets wrong: it reads the
 * batches after the first from the wrong place. Here every element of the axis is a row of a matrix, and rows are gathered.
 *
 * Without batch dimensions it is the stock kernel. Throws if an index is out of range.
 */
export const gather = (stock: KernelConfig): KernelConfig => ({
  // The stock kernel has a set-up function.
  ...stock,
  ...composedKernel<Inputs, Attrs>('GatherV2', ({ inputs: { x, indices }, attrs, backend, releaseLater }) => {
    const { axis, batchDims } = attrs
    const [along = 0] = util.parseAxisParam(axis, x.shape)
    const run = (operands: Inputs, at: number): TensorInfo =>
      releaseLater(
        stock.kernelFunc({
          inputs: { ...operands },
          attrs: { axis: at, batchDims: 0 },
          backend,
        }) as TensorInfo,
      )
    if (batchDims === 0) return run({ x, indices }, along)

    const { batchSize, outerSize, dimSize, sliceSize, outputShape } =
      backend_util.segment_util.collectGatherOpShapeInfo(x, indices, along, batchDims)
    const count = util.sizeFromShape(indices.shape) / batchSize
    const rows = releaseLater(backend.makeOutput([batchSize * outerSize * count], 'int32'))
    const [target, source] = [view(backend, rows), view(backend, indices)]
    let at = 0
    // `indices` has `count` values per batch.
    for (let batch = 0; batch < batchSize; batch++)
      for (let outer = 0; outer < outerSize; outer++)
        for (let i = 0; i < count; i++) {
          const index = source[batch * count + i]!
          util.assert(
            index >= 0 && index < dimSize,
            () => `GatherV2: the index value ${index} is not in [0, ${dimSize - 1}]`,
          )
          target[at++] = (batch * outerSize + outer) * dimSize + index
        }
    const matrix = { ...x, shape: [batchSize * outerSize * dimSize, sliceSize] }
    const result = run({ x: matrix, indices: rows }, 0)
    result.shape = outputShape
    return result
  }),
})
