import * as tf from '@tensorflow/tfjs-core'
import type { NodeBackend } from './node-backend.js'

const { GatherV2 } = tf

interface GatherCall {
  readonly inputs: { readonly x: tf.Tensor; readonly indices: tf.Tensor }
  readonly attrs: { readonly axis: number; readonly batchDims: number }
  readonly backend: NodeBackend
}

/**
 * Replaces tfjs-node's gather, which reads its indices to check them: that waits for all earlier work, and cannot be part
 * of a traced step. libtensorflow itself refuses indices out of range on a CPU; on a GPU it gives zeros for them.
 */
export function gatherKernel(): void {
  tf.unregisterKernel(GatherV2, 'tensorflow')
  tf.registerKernel({
    kernelName: GatherV2,
    backendName: 'tensorflow',
    kernelFunc: (call) => gather(call as unknown as GatherCall),
  })
}

function gather({ inputs: { x, indices }, attrs: { axis, batchDims }, backend }: GatherCall): tf.Tensor {
  tf.backend_util.segment_util.collectGatherOpShapeInfo(x, indices, axis, batchDims)
  const { TF_ATTR_INT, TF_ATTR_TYPE } = backend.binding
  const type = (name: string, dtype: tf.DataType) => ({
    name,
    type: TF_ATTR_TYPE,
    value: backend.getDTypeInteger(dtype),
  })
  const axisTensor = tf.scalar(axis, 'int32')
  const attributes = [
    { name: 'batch_dims', type: TF_ATTR_INT, value: batchDims },
    type('Tparams', x.dtype),
    type('Tindices', indices.dtype),
    type('Taxis', 'int32'),
  ]
  const result = backend.executeSingleOutput(GatherV2, attributes, [x, indices, axisTensor])
  axisTensor.dispose()
  return result
}
