import type { Tensor1D } from '@tensorflow/tfjs-core'
import { tf } from '../tf.js'

/**
 * A term that only some examples have, so that its mean over the batch is the mean over those: `v_i m_i B / sum m`, 0 where
 * no example has it.
 *
 * @param values nats per example, `[batch]`, finite also where there is none
 * @param present m, 1 where an example has the term, 0 where not, float32 `[batch]`
 * @returns `[batch]`
 */
export function amongPresent(values: Tensor1D, present: Tensor1D): Tensor1D {
  const share = tf.div(present.shape[0], tf.maximum(tf.sum(present), 1))
  return tf.mul(tf.mul(values, present), share)
}
