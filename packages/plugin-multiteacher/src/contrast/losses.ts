import { detach, oneHot, tf } from '@umbra/core'
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'

// Squared lengths up to this count as zero.
const TINY = 1e-24

/** Rows divided by their length; a zero row stays zero and gets no gradient. `[rows, columns]` */
export function unitRows(x: Tensor2D): Tensor2D {
  const square = tf.sum(tf.square(x), 1, true)
  const isLong = tf.cast(tf.greater(detach(square), TINY), 'float32')
  return tf.mul(tf.mul(x, isLong), tf.rsqrt(tf.maximum(square, TINY)))
}

/** 1 where the classes differ, `[rows, columns]`: what may be a negative. */
export const otherClasses = (rows: Tensor1D, columns: Tensor1D): Tensor2D =>
  tf.cast<Tensor2D>(tf.notEqual(tf.reshape(rows, [-1, 1]), tf.reshape(columns, [1, -1])), 'float32')

/**
 * InfoNCE in the batch: `-log( exp(s_ii / T) / (exp(s_ii / T) + sum over j of other classes exp(s_ij / T)) )`, `s = <g_i, m_j>`.
 *
 * 0, with no gradient, where the batch has no other class.
 *
 * @param student unit rows `[batch, dimension]`
 * @param teacher unit rows `[batch, dimension]`
 * @param labels class indices, int32 `[batch]`
 * @returns nats per example, `[batch]`
 * @see van den Oord et al., arXiv 1807.03748, equation 4
 */
export function infoNce(
  student: Tensor2D,
  teacher: Tensor2D,
  labels: Tensor1D,
  temperature: number,
): Tensor1D {
  const scores = tf.div<Tensor2D>(tf.matMul(student, teacher, false, true), temperature)
  const positive = tf.sum(tf.mul(student, teacher), 1)
  const float = tf.cast<Tensor1D>(labels, 'float32')
  const allowed = tf.add(otherClasses(float, float), tf.eye(labels.shape[0]))
  const kept = tf.where(tf.greater(allowed, 0), scores, tf.fill(scores.shape, -1e30))
  return tf.sub(tf.logSumExp(kept, 1), tf.div(positive, temperature))
}

export interface BankContrast {
  /** Unit rows `[batch, dimension]`. */
  readonly embedding: Tensor2D
  /** Unit rows, one a training sample, `[samples, dimension]`; constant. */
  readonly memory: Tensor2D
  /** int32 `[batch]` */
  readonly ids: Tensor1D
  /** 1 at samples of other classes, `[batch, samples]`. */
  readonly others: Tensor2D
  /** K, the negatives each sample counts as having. */
  readonly negatives: number
  readonly temperature: number
  /** `[1]`; 0 before the first batch, which fixes it. */
  readonly normaliser: Tensor
}

/**
 * Contrast with a memory: `-log(P+ / (P+ + K/N)) - K mean over other classes of log((K/N) / (P- + K/N))`,
 * `P = exp(<g, m> / T) / Z`: what K negatives drawn evenly from the other classes give on average.
 *
 * Z is N times the mean score of the first batch and then stays.
 *
 * @returns nats per example `[batch]`, and the normaliser `[1]`
 * @see Tian et al., arXiv 1910.10699, equations 17 to 19
 */
export function bankContrast(input: BankContrast): { loss: Tensor1D; normaliser: Tensor } {
  const { embedding, memory, ids, others, negatives, temperature } = input
  const samples = memory.shape[0]
  const own = oneHot(ids, samples)
  const raw = tf.exp(tf.div(tf.matMul(embedding, memory, false, true), temperature))
  const share = tf.div(others, tf.maximum(tf.sum(others, 1, true), 1))
  const mean = tf.mean(tf.sum(tf.mul(detach(raw), tf.add(tf.mul(share, negatives), own)), 1))
  const fresh = tf.reshape(tf.mul(mean, samples / (negatives + 1)), [1])
  const normaliser = tf.where(tf.greater(input.normaliser, 0), input.normaliser, fresh)
  const scores = tf.div(raw, normaliser)
  const noise = negatives / samples
  const positive = tf.sum(tf.mul(own, scores), 1)
  const found = tf.log(tf.div(positive, tf.add(positive, noise + EPSILON)))
  const refused = tf.sub(Math.log(noise), tf.log(tf.add(scores, noise + EPSILON)))
  const loss = tf.neg<Tensor1D>(tf.add(found, tf.mul(tf.sum(tf.mul(share, refused), 1), negatives)))
  return { loss, normaliser }
}

// The authors' addend to denominators.
const EPSILON = 1e-7

/** The memory with this batch's rows moved: `normalise(momentum * row + (1 - momentum) * embedding)`. */
export function movedMemory(
  memory: Tensor2D,
  embedding: Tensor2D,
  ids: Tensor1D,
  momentum: number,
): Tensor2D {
  const own = oneHot(ids, memory.shape[0])
  const rows = tf.matMul(own, memory)
  const moved = unitRows(tf.add(tf.mul(rows, momentum), tf.mul(embedding, 1 - momentum)))
  return tf.add(memory, tf.matMul(own, tf.sub(moved, rows), true))
}
