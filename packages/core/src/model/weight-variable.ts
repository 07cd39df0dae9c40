import type { LayerVariable } from '@tensorflow/tfjs-layers'
import { tf } from '../tf.js'

/** The tf.Variable behind a layer's weight, for gradients and assignment. */
export function weightVariable(weight: LayerVariable): tf.Variable {
  const value = weight.read()
  if (value instanceof tf.Variable) return value as tf.Variable
  throw new TypeError(`weight "${weight.originalName}" is not a variable of the shared tfjs-core`)
}
