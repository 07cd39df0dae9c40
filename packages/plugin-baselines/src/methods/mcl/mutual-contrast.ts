import { detach, temperedKl, tf } from '@umbra/core'

/** The four terms of mutual contrast, each summed over networks or ordered pairs of them; nats per example, `[batch]`. */
export interface MutualContrast {
  /** Contrast within each network. */
  readonly vcl: tf.Tensor1D
  /** Divergence of each network's similarities from every other's. */
  readonly softVcl: tf.Tensor1D
  /** Contrast of each network's anchors with another's samples. */
  readonly icl: tf.Tensor1D
  /** Divergence of the similarities `<a_i, b_j>` from `<b_i, a_j>`. */
  readonly softIcl: tf.Tensor1D
}

/** Temperatures of the hard and of the soft terms. */
export interface ContrastTemperatures {
  /** tau, dimensionless, > 0. */
  readonly contrast: number
  /** T of the soft terms, on top of tau; dimensionless, > 0. */
  readonly soft: tf.Scalar
}

// Finite, so that 0 times it is 0; its exp is 0 next to that of any similarity.
const EXCLUDED = -1e30

/**
 * Mutual contrastive learning of networks on one batch. With `S_ij = <a_i, b_j> / tau` for anchors of network a and samples
 * of network b, positives `P(i) = { j != i of the class of i }`:
 *
 * contrast: `-1/|P(i)| sum over P(i) of log( exp S_ij / sum_{k != i} exp S_ik )`, over a = b (`vcl`) and over a != b
 * (`icl`). soft: `T^2 KL( softmax(S'_i / T) || softmax(S_i / T) )`, `S'` the other network's and constant, the diagonal
 * included. An example without another of its class in the batch has no contrast: 0, where the published code divides 0 by 0.
 *
 * @param embeddings unit rows of each network, `[batch, dimension]`, two networks or more
 * @param labels class indices, int32 `[batch]`
 * @see Yang et al., Mutual Contrastive Learning for Visual Representation Learning, AAAI 2022; the reductions are those of the published code
 */
export function mutualContrast(
  embeddings: readonly tf.Tensor2D[],
  labels: tf.Tensor1D,
  { contrast, soft }: ContrastTemperatures,
): MutualContrast {
  const similarities = (a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D =>
    tf.div(tf.matMul(a, b, false, true), contrast)
  const positives = othersOfTheClass(labels)
  const within = embeddings.map((a) => similarities(a, a))
  const between = embeddings.flatMap((a, i) =>
    embeddings.flatMap((b, j) => (i === j ? [] : [{ forth: similarities(a, b), back: similarities(b, a) }])),
  )
  return {
    vcl: tf.addN(within.map((scores) => contrasted(scores, positives))),
    softVcl: tf.addN(
      within.flatMap((scores, i) =>
        within.flatMap((target, j) => (i === j ? [] : [temperedKl(detach(target), scores, soft)])),
      ),
    ),
    icl: tf.addN(between.map(({ forth }) => contrasted(forth, positives))),
    softIcl: tf.addN(between.map(({ forth, back }) => temperedKl(detach(back), forth, soft))),
  }
}

/** 1 where two examples differ and share their class, `[batch, batch]`. */
function othersOfTheClass(labels: tf.Tensor1D): tf.Tensor2D {
  const same = tf.equal(tf.reshape(labels, [-1, 1]), tf.reshape(labels, [1, -1]))
  return tf.mul<tf.Tensor2D>(tf.cast(same, 'float32'), tf.sub(1, tf.eye(labels.shape[0])))
}

function contrasted(scores: tf.Tensor2D, positives: tf.Tensor2D): tf.Tensor1D {
  const others = tf.sub(1, tf.eye(scores.shape[0]))
  const kept = tf.add<tf.Tensor2D>(tf.mul(scores, others), tf.mul(tf.sub(1, others), EXCLUDED))
  const logRest = tf.logSumExp(kept, 1, true)
  const count = tf.sum<tf.Tensor1D>(positives, 1)
  const total = tf.sum<tf.Tensor1D>(tf.mul(positives, tf.sub(logRest, scores)), 1)
  return tf.div(total, tf.maximum(count, 1))
}
