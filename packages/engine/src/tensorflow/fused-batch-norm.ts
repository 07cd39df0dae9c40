import * as tf from '@tensorflow/tfjs-core'
import type { NodeBackend, OpAttribute } from './node-backend.js'

/** Result of `fusedBatchNorm`; the caller disposes all of it. */
export interface FusedForward {
  /** `[batch, height, width, channels]`. */
  readonly y: tf.Tensor4D
  /** `[channels]`. */
  readonly mean: tf.Tensor1D
  /** Unbiased, `[channels]`. */
  readonly variance: tf.Tensor1D
  /** For the gradient; opaque. */
  readonly reserved: readonly [tf.Tensor, tf.Tensor, tf.Tensor]
}

/** Batch normalisation in training as one operation of libtensorflow. */
export function fusedBatchNorm(
  backend: NodeBackend,
  x: tf.Tensor4D,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  epsilon: number,
): FusedForward {
  // With an averaging factor of 1 the operation needs no previous statistics.
  const none = tf.tensor1d([])
  const factor: OpAttribute = {
    name: 'exponential_avg_factor',
    type: backend.binding.TF_ATTR_FLOAT,
    value: 1,
  }
  const outputs = backend.executeMultipleOutputs(
    'FusedBatchNormV3',
    [...attributes(backend, epsilon), factor],
    [x, gamma, beta, none, none],
    6,
  )
  none.dispose()
  const [y, mean, variance, ...reserved] = outputs as [
    tf.Tensor4D,
    tf.Tensor1D,
    tf.Tensor1D,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
  ]
  return { y, mean, variance, reserved }
}

/** Gradients of `fusedBatchNorm` for x, gamma and beta. */
export function fusedBatchNormGradient(
  backend: NodeBackend,
  dy: tf.Tensor4D,
  x: tf.Tensor4D,
  gamma: tf.Tensor1D,
  reserved: readonly tf.Tensor[],
  epsilon: number,
): [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D] {
  const outputs = backend.executeMultipleOutputs(
    'FusedBatchNormGradV3',
    attributes(backend, epsilon),
    [dy, x, gamma, ...reserved],
    5,
  )
  for (const unused of outputs.slice(3)) unused.dispose()
  return outputs.slice(0, 3) as [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D]
}

function attributes({ binding }: NodeBackend, epsilon: number): OpAttribute[] {
  return [
    { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: 'U', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: 'data_format', type: binding.TF_ATTR_STRING, value: 'NHWC' },
    { name: 'is_training', type: binding.TF_ATTR_BOOL, value: true },
    { name: 'epsilon', type: binding.TF_ATTR_FLOAT, value: epsilon },
  ]
}
