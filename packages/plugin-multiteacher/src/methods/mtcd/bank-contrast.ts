import { detach, oneHot, tf } from '@umbra/core'
import { unitRows } from './unit-rows.js'

// The authors' addend to denominators.
const EPSILON = 1e-7

/** Inputs of the contrast with a memory. */
export interface BankContrast {
  /** Unit rows `[batch, dimension]`. */
  readonly embedding: tf.Tensor2D
  /** Unit rows, one per training sample, `[samples, dimension]`; constant. */
  readonly memory: tf.Tensor2D
  /** int32 `[batch]` */
  readonly ids: tf.Tensor1D
  /** 1 at samples of other classes, `[batch, samples]`. */
  readonly others: tf.Tensor2D
  /** K, the number of negatives that each sample counts as having. */
  readonly negatives: number
  readonly temperature: number
  /** `[1]`; 0 before the first batch, which fixes it. */
  readonly normaliser: tf.Tensor
}

/**
 * Contrast with a memory: `-log(P+ / (P+ + K/N)) - K mean over other classes of log((K/N) / (P- + K/N))`,
 * `P = exp(<g, m> / T) / Z`: what K negatives drawn evenly from the other classes give on average.
 *
 * Z is N times the mean score of the first batch and then stays constant.
 *
 * @returns nats per example `[batch]`, and the normaliser `[1]`
 * @see Tian et al., arXiv 1910.10699, equations 17 to 19
 */
export function bankContrast(input: BankContrast): { loss: tf.Tensor1D; normaliser: tf.Tensor } {
  const { embedding, memory, ids, others, negatives, temperature } = input
  const samples = memory.shape[0]
  const itself = oneHot(ids, samples)
  const raw = tf.exp(tf.div(tf.matMul(embedding, memory, false, true), temperature))
  const share = tf.div(others, tf.maximum(tf.sum(others, 1, true), 1))
  const mean = tf.mean(tf.sum(tf.mul(detach(raw), tf.add(tf.mul(share, negatives), itself)), 1))
  const fresh = tf.reshape(tf.mul(mean, samples / (negatives + 1)), [1])
  const normaliser = tf.where(tf.greater(input.normaliser, 0), input.normaliser, fresh)
  const scores = tf.div(raw, normaliser)
  const noise = negatives / samples
  const positive = tf.sum(tf.mul(itself, scores), 1)
  // log1p: with many negatives for each sample, scores are small beside the noise.
  const refused = tf.log1p(tf.div(tf.add(scores, EPSILON), noise))
  const recognised = tf.log(tf.div(positive, tf.add(positive, noise + EPSILON)))
  const loss = tf.sub<tf.Tensor1D>(tf.mul(tf.sum(tf.mul(share, refused), 1), negatives), recognised)
  return { loss, normaliser }
}

/** The memory with this batch's rows moved: `normalise(momentum * row + (1 - momentum) * embedding)`. */
export function movedMemory(
  memory: tf.Tensor2D,
  embedding: tf.Tensor2D,
  ids: tf.Tensor1D,
  momentum: number,
): tf.Tensor2D {
  const itself = oneHot(ids, memory.shape[0])
  const rows = tf.matMul(itself, memory)
  const moved = unitRows(tf.add(tf.mul(rows, momentum), tf.mul(embedding, 1 - momentum)))
  return tf.add(memory, tf.matMul(itself, tf.sub(moved, rows), true))
}
