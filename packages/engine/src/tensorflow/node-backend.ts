import * as tf from '@tensorflow/tfjs-core'

/** An attribute of a TensorFlow operation. */
export interface OpAttribute {
  readonly name: string
  readonly type: number
  readonly value: unknown
}

/** The part of tfjs-node's backend that runs any TensorFlow operation by its name. */
export interface NodeBackend extends tf.KernelBackend {
  readonly binding: {
    readonly TF_ATTR_TYPE: number
    readonly TF_ATTR_STRING: number
    readonly TF_ATTR_BOOL: number
    readonly TF_ATTR_FLOAT: number
    readonly TF_FLOAT: number
    readonly TF_Version: string
  }
  readonly isUsingGpuDevice: boolean
  readonly executeSingleOutput: (
    op: string,
    attributes: readonly OpAttribute[],
    inputs: readonly tf.Tensor[],
  ) => tf.Tensor
  readonly executeMultipleOutputs: (
    op: string,
    attributes: readonly OpAttribute[],
    inputs: readonly tf.Tensor[],
    outputs: number,
  ) => tf.Tensor[]
}

/** The backend in use, if it is that of libtensorflow. */
export function nodeBackend(): NodeBackend | undefined {
  return tf.getBackend() === 'tensorflow' ? (tf.backend() as NodeBackend) : undefined
}
