import { detach, oneHot, tf } from '@umbra/core'

/** One direction of the contrast: embeddings of one network against the memory of the other. */
export interface Contrast {
  /** Unit rows, `[batch, dimension]`. */
  readonly embedding: tf.Tensor2D
  /** Unit rows, one per sample of the training set, `[samples, dimension]`. Constant. */
  readonly memory: tf.Tensor2D
  /** int32 `[batch]` */
  readonly ids: tf.Tensor1D
  /** How often each sample is a negative, `[batch, samples]`; rows sum to `negatives`. */
  readonly counts: tf.Tensor2D
  readonly negatives: number
  readonly temperature: number
  /** The fixed normaliser, `[1]`; 0 before the first batch. */
  readonly normaliser: tf.Tensor
}

/** Result of one direction of the contrast. */
export interface Contrasted {
  /** `[batch]` */
  readonly loss: tf.Tensor1D
  /** `exp(<g, m> / T) / Z` for every sample of the memory, `[batch, samples]`. */
  readonly scores: tf.Tensor2D
  /** `[1]`: the normaliser of the input, or the one fixed by this batch. */
  readonly normaliser: tf.Tensor
}

/** Keeps the logarithms finite, as in the authors' code. */
const EPSILON = 1e-7

/**
 * Noise-contrastive loss of one direction:
 * `-log( P+ / (P+ + K/N + e) ) - sum over negatives log( (K/N) / (P- + K/N + e) )`, `P = exp(<g, m> / T) / Z`.
 *
 * Z is N times the mean score of the first batch, positives and negatives together, and then stays constant. Scores are computed for
 * the whole memory and weighted by `counts`: the same sum as over gathered rows, without `[batch, K, dimension]` copies.
 *
 * @returns nats per example, `[batch]`
 * @see Tian, Krishnan, Isola, arXiv 1910.10699, equations 17 to 19
 */
export function contrast(input: Contrast): Contrasted {
  const { embedding, memory, ids, counts, negatives, temperature } = input
  const samples = memory.shape[0]
  const positives = oneHot(ids, samples)
  const raw = tf.exp(tf.div(tf.matMul(embedding, memory, false, true), temperature))
  const drawn = tf.add(counts, positives)
  const pairs = ids.shape[0] * (negatives + 1)
  const fresh = tf.reshape(tf.mul(tf.sum(tf.mul(detach(raw), drawn)), samples / pairs), [1])
  const normaliser = tf.where(tf.greater(input.normaliser, 0), input.normaliser, fresh)
  const scores = tf.div<tf.Tensor2D>(raw, normaliser)

  const noise = negatives / samples
  const total = tf.add(scores, noise + EPSILON)
  const positive = tf.sum(tf.mul(positives, scores), 1)
  const accepted = tf.log(tf.div(positive, tf.add(positive, noise + EPSILON)))
  const refused = tf.sum(tf.mul(counts, tf.sub(Math.log(noise), tf.log(total))), 1)
  return { loss: tf.neg<tf.Tensor1D>(tf.add(accepted, refused)), scores, normaliser }
}

/** The memory with the rows of this batch moved: `normalise(momentum * row + (1 - momentum) * embedding)`. */
export function updateMemory(
  memory: tf.Tensor2D,
  embedding: tf.Tensor2D,
  ids: tf.Tensor1D,
  momentum: number,
): tf.Tensor2D {
  const rows = oneHot(ids, memory.shape[0])
  const before = tf.matMul(rows, memory)
  const moved = unitRows(tf.add(tf.mul(before, momentum), tf.mul(embedding, 1 - momentum)))
  const untouched = tf.sub(1, tf.reshape(tf.sum(rows, 0), [-1, 1]))
  return tf.add(tf.mul(memory, untouched), tf.matMul(rows, moved, true))
}

/** Rows divided by their Euclidean length. */
export const unitRows = (x: tf.Tensor2D): tf.Tensor2D => tf.mul(x, tf.rsqrt(tf.sum(tf.square(x), 1, true)))
