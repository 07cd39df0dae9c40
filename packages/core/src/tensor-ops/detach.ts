import type { Tensor } from '@tensorflow/tfjs-core'
import { tf } from '../tf.js'
import { watched } from './detach-watch.js'

/**
 * The same values with no gradient: `d detach(x) / dx = 0`.
 *
 * The tape is cut, not multiplied by zero: an infinite derivative behind `x` gives no NaN.
 *
 * @param x any shape
 * @returns a new tensor of the shape and type of `x`
 * @example
 * const slope = tf.grad((x: tf.Tensor) => tf.mul(detach(x), x))
 * slope(tf.scalar(3)).dataSync()[0] // 3
 */
export function detach<T extends Tensor>(x: T): T {
  // With no inputs the node has nothing to pass a gradient to, so the tape ends here.
  return watched(tf.customGrad<T>(() => ({ value: tf.clone(x), gradFunc: () => [] }))())
}
