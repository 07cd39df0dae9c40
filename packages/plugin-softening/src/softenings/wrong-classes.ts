import { oneHot, tf } from '@umbra/core'

// Finite, so that 0 times it is 0; its exp is 0 beside any logit.
const EXCLUDED = -1e30

/** A distribution taken apart at its labelled class. */
export interface Decoupled {
  /** `[log p_y, log(1 - p_y)]`, `[batch, 2]`. */
  readonly binary: tf.Tensor2D
  /** `log q~_c = log p_c - log(1 - p_y)`; about -1e30 at the labelled class, `[batch, classes]`. */
  readonly wrong: tf.Tensor2D
}

/**
 * Splits `p = softmax(logits)` into labelled against rest, and the conditional distribution over the wrong classes.
 *
 * `p_y = b_y`, `p_c = (1 - b_y) q~_c` for `c != y`. Computed in log space: finite however confident the network is.
 *
 * @param logits logits or log-probabilities, `[batch, classes]`
 * @param labels class indices, int32 `[batch]`
 * @see Zhao et al., Decoupled Knowledge Distillation, arXiv 2203.08679, equations 1 to 3
 */
export function decouple(logits: tf.Tensor2D, labels: tf.Tensor1D): Decoupled {
  const labelled = oneHot(labels, logits.shape[1])
  const others: tf.Tensor2D = tf.add(tf.mul(logits, tf.sub(1, labelled)), tf.mul(labelled, EXCLUDED))
  const ofLabel: tf.Tensor1D = tf.sum(tf.mul(logits, labelled), 1)
  const ofOthers: tf.Tensor1D = tf.logSumExp(others, 1)
  const split = tf.stack([ofLabel, ofOthers], 1) as tf.Tensor2D
  return {
    binary: tf.logSoftmax(split),
    wrong: tf.logSoftmax(others),
  }
}
