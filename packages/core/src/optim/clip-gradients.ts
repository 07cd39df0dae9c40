import type { Tensor } from '@tensorflow/tfjs-core'
import { tf } from '../tf.js'

/**
 * Scales all gradients so that their common L2 norm is at most `maxNorm` (> 0): `g * min(1, maxNorm / (norm + 1e-6))`.
 * PyTorch's `clip_grad_norm_`. Pure tensor code.
 */
export function clipGradients(
  gradients: Readonly<Record<string, Tensor>>,
  maxNorm: number,
): Readonly<Record<string, Tensor>> {
  const squares = Object.values(gradients).map((gradient) => tf.sum(tf.square(gradient)))
  if (squares.length === 0) return gradients
  const norm = tf.sqrt(tf.addN(squares))
  const factor = tf.minimum(1, tf.div(maxNorm, tf.add(norm, 1e-6)))
  return Object.fromEntries(
    Object.entries(gradients).map(([name, gradient]) => [name, tf.mul(gradient, factor)]),
  )
}
