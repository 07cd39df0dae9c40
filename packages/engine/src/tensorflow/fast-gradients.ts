import * as tf from '@tensorflow/tfjs-core'
import { nodeBackend } from './node-backend.js'

/**
 * Registers the gradient of ReLU as one operation of libtensorflow: `dx = dy where y > 0, else 0`. tfjs expresses it as
 * `dy * step(x)`, and tfjs-node's step is seven operations over the whole tensor. Other backends, and gradients of gradients,
 * keep tfjs's formula.
 */
export function fastGradients(): void {
  tf.unregisterGradient('Relu')
  tf.registerGradient({
    kernelName: 'Relu',
    outputsToSave: [true],
    gradFunc: (dy, saved) => {
      const [y] = saved as [tf.Tensor]
      const grad = dy as tf.Tensor
      return { x: () => reluGradient(grad, y) }
    },
  })
  leakyReluGradient()
}

/**
 * The gradient of leaky ReLU by the sign of its output, which is that of its input unless `alpha` is negative. tfjs uses the
 * input; then a convolution, its bias and the activation cannot be fused, and libtensorflow 2.21 gives up all its rewriting
 * where it meets the three of them.
 */
function leakyReluGradient(): void {
  tf.unregisterGradient('LeakyRelu')
  tf.registerGradient({
    kernelName: 'LeakyRelu',
    inputsToSave: ['x'],
    outputsToSave: [true],
    gradFunc: (dy, saved, attributes) => {
      const [x, y] = saved as [tf.Tensor, tf.Tensor]
      const grad = dy as tf.Tensor
      const { alpha } = attributes as unknown as tf.LeakyReluAttrs
      return {
        x: () => tf.where(tf.greater(alpha < 0 ? x : y, 0), grad, tf.mul(grad, alpha)),
      }
    },
  })
}

function reluGradient(dy: tf.Tensor, y: tf.Tensor): tf.Tensor {
  const backend = nodeBackend()
  if (backend === undefined || dy.dtype !== 'float32' || isHigherOrder()) {
    return tf.mul(dy, tf.cast(tf.step(y), 'float32'))
  }
  const { TF_ATTR_TYPE, TF_FLOAT } = backend.binding
  return backend.executeSingleOutput(
    'ReluGrad',
    [{ name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT }],
    [dy, y],
  )
}

/** Whether the gradient now computed will itself be differentiated: then it must consist of operations that tfjs can differentiate. */
export const isHigherOrder = (): boolean => tf.engine().state.gradientDepth > 0
