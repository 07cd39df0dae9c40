import { detach, oneHot, tf } from '@umbra/core'

/** Which samples are negatives, in one of two forms. */
export type Negatives =
  /** How often each sample is one, `[batch, samples]`; rows sum to K. The whole memory is scored. */
  | { readonly counts: tf.Tensor2D }
  /** Their ids, int32 `[batch, K]`. Their rows of the memory are gathered, `[batch, K + 1, dimension]`. */
  | { readonly drawn: tf.Tensor2D }

/** One direction of the contrast: embeddings of one network against the memory of the other. */
export interface Contrast {
  /** Unit rows, `[batch, dimension]`. */
  readonly embedding: tf.Tensor2D
  /** Unit rows, one per sample of the training set, `[samples, dimension]`. Constant. */
  readonly memory: tf.Tensor2D
  /** int32 `[batch]` */
  readonly ids: tf.Tensor1D
  readonly negatives: Negatives
  /** K, the number of negatives of each example. */
  readonly count: number
  readonly temperature: number
  /** The fixed normaliser, `[1]`; 0 before the first batch. */
  readonly normaliser: tf.Tensor
}

/** Result of one direction of the contrast. */
export interface Contrasted {
  /** `[batch]` */
  readonly loss: tf.Tensor1D
  /** `[1]`: the normaliser of the input, or the one fixed by this batch. */
  readonly normaliser: tf.Tensor
}

/** Keeps the logarithms finite, as in the authors' code. */
const EPSILON = 1e-7

/**
 * Noise-contrastive loss of one direction:
 * `-log( P+ / (P+ + K/N + e) ) + sum over negatives log(1 + (P- + e) / (K/N))`, `P = exp(<g, m> / T) / Z`.
 *
 * Z is N times the mean score of the first batch, positives and negatives together, and then stays constant. Both forms of
 * the negatives give the same sums.
 *
 * @returns nats per example, `[batch]`
 * @see Tian, Krishnan, Isola, arXiv 1910.10699, equations 17 to 19
 */
export function contrast(input: Contrast): Contrasted {
  const { embedding, memory, ids, negatives, count, temperature } = input
  const samples = memory.shape[0]
  const raw = (similarities: tf.Tensor2D): tf.Tensor2D => tf.exp(tf.div(similarities, temperature))
  const scored =
    'counts' in negatives
      ? scoreAll(raw(tf.matMul(embedding, memory, false, true)), ids, negatives.counts)
      : scoreDrawn(raw(similaritiesTo(embedding, memory, ids, negatives.drawn)))
  const { positive, others, total } = scored
  const pairs = ids.shape[0] * (count + 1)
  const all = detach(tf.add(tf.sum(positive), tf.sum(total(others))))
  const fresh = tf.reshape(tf.mul(all, samples / pairs), [1])
  const normaliser = tf.where(tf.greater(input.normaliser, 0), input.normaliser, fresh)

  const noise = count / samples
  const p = tf.div(positive, normaliser)
  const accepted = tf.log(tf.div(p, tf.add(p, noise + EPSILON)))
  // log1p: with many negatives for each sample, scores are small beside the noise.
  const refused = total(tf.log1p(tf.div(tf.add(tf.div(others, normaliser), EPSILON), noise)))
  return { loss: tf.sub<tf.Tensor1D>(refused, accepted), normaliser }
}

/** Scores before the normaliser. */
interface Scored {
  /** `[batch]` */
  readonly positive: tf.Tensor1D
  /** `[batch, columns]` */
  readonly others: tf.Tensor2D
  /** Sum over an example's negatives of a value for each column, `[batch]`. */
  readonly total: (values: tf.Tensor2D) => tf.Tensor1D
}

const scoreAll = (raw: tf.Tensor2D, ids: tf.Tensor1D, counts: tf.Tensor2D): Scored => ({
  positive: tf.sum(tf.mul(raw, oneHot(ids, counts.shape[1])), 1),
  others: raw,
  total: (values) => tf.sum(tf.mul(values, counts), 1),
})

const scoreDrawn = (raw: tf.Tensor2D): Scored => {
  const [batch, columns] = raw.shape
  return {
    positive: tf.reshape(tf.slice(raw, [0, 0], [batch, 1]), [batch]),
    others: tf.slice(raw, [0, 1], [batch, columns - 1]),
    total: (values) => tf.sum(values, 1),
  }
}

/** Inner products with the example's own row of the memory and those of its negatives, `[batch, K + 1]`. */
function similaritiesTo(
  embedding: tf.Tensor2D,
  memory: tf.Tensor2D,
  ids: tf.Tensor1D,
  drawn: tf.Tensor2D,
): tf.Tensor2D {
  const rows: tf.Tensor = tf.gather(memory, tf.concat([tf.reshape(ids, [-1, 1]), drawn], 1))
  return tf.squeeze(tf.matMul(rows as tf.Tensor3D, tf.expandDims<tf.Tensor3D>(embedding, 2)), [2])
}

/** The memory with the rows of this batch moved: `normalise(momentum * row + (1 - momentum) * embedding)`. */
export function updateMemory(
  memory: tf.Tensor2D,
  embedding: tf.Tensor2D,
  ids: tf.Tensor1D,
  momentum: number,
): tf.Tensor2D {
  const before = tf.gather(memory, ids)
  const moved = unitRows(tf.add(tf.mul(before, momentum), tf.mul(embedding, 1 - momentum)))
  // A copy: the cpu backend of TensorFlow.js writes into the tensor it is given, which gradients still need.
  return tf.tensorScatterUpdate(tf.mul(memory, 1), tf.expandDims(ids, 1), moved)
}

/** Rows divided by their Euclidean length. */
export const unitRows = (x: tf.Tensor2D): tf.Tensor2D => tf.mul(x, tf.rsqrt(tf.sum(tf.square(x), 1, true)))
