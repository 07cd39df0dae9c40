import * as tf from '@tensorflow/tfjs-core'

/** An attribute of a TensorFlow operation. */
export interface OpAttribute {
  readonly name: string
  readonly type: number
  readonly value: unknown
}

/** What the addon returns for a tensor that it made. */
export interface TensorMetadata {
  readonly id: number
  readonly shape: readonly number[]
  readonly dtype: number
}

/** The addon: every kernel of tfjs-node goes through these calls. */
export interface NodeBinding {
  readonly TF_ATTR_TYPE: number
  readonly TF_ATTR_STRING: number
  readonly TF_ATTR_SHAPE: number
  readonly TF_ATTR_BOOL: number
  readonly TF_ATTR_FLOAT: number
  readonly TF_ATTR_INT: number
  readonly TF_FLOAT: number
  readonly TF_INT32: number
  readonly TF_Version: string
  createTensor: (shape: readonly number[], dtype: number, values: ArrayLike<number>) => number
  deleteTensor: (id: number) => void
  tensorDataSync: (id: number) => Float32Array | Int32Array | Uint8Array
  executeOp: (
    op: string,
    attributes: readonly OpAttribute[],
    inputs: readonly number[],
    outputs: number,
  ) => TensorMetadata[]
  loadSavedModel: (folder: string, tags: string) => number
  deleteSavedModel: (id: number) => void
  runSavedModel: (
    id: number,
    inputs: readonly number[],
    inputNames: string,
    outputNames: string,
  ) => TensorMetadata[]
}

/** The part of tfjs-node's backend that runs any TensorFlow operation by its name. */
export interface NodeBackend extends tf.KernelBackend {
  binding: NodeBinding
  readonly isUsingGpuDevice: boolean
  readonly getDTypeInteger: (dtype: tf.DataType) => number
  /** Handles of tensors, uploading those whose values still wait in JavaScript. */
  readonly getInputTensorIds: (tensors: readonly tf.Tensor[]) => number[]
  /** Wraps a tensor of the addon, and owns it from then on. */
  readonly createOutputTensor: (metadata: TensorMetadata) => tf.Tensor
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

/** The handle of a tensor, whose values are uploaded if they still wait in JavaScript. */
export function handleOf(backend: NodeBackend, tensor: tf.Tensor): number {
  const [handle] = backend.getInputTensorIds([tensor])
  if (handle === undefined) throw new Error('the backend gave no handle')
  return handle
}

/** Runs an operation with one output. */
export function executeOne(
  binding: NodeBinding,
  op: string,
  attributes: readonly OpAttribute[],
  inputs: readonly number[],
): TensorMetadata {
  const [result] = binding.executeOp(op, attributes, inputs, 1)
  if (result === undefined) throw new Error(`${op} gave no output`)
  return result
}

/** The current backend, if it is that of libtensorflow. */
export function nodeBackend(): NodeBackend | undefined {
  return tf.getBackend() === 'tensorflow' ? (tf.backend() as NodeBackend) : undefined
}
