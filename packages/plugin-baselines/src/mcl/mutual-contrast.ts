import { detach, klDivergence, tf } from '@umbra/core'
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'

/** The four terms of mutual contrast, each summed over networks or ordered pairs of them; nats per example, `[batch]`. */
export interface MutualContrast {
  /** Contrast within each network. */
  readonly vcl: Tensor1D
  /** Divergence of each network's similarities from every other's. */
  readonly softVcl: Tensor1D
  /** Contrast of each network's anchors with another's samples. */
  readonly icl: Tensor1D
  /** Divergence of the similarities `<a_i, b_j>` from `<b_i, a_j>`. */
  readonly softIcl: Tensor1D
}

export interface ContrastTemperatures {
  /** tau, dimensionless, > 0. */
  readonly contrast: number
  /** T of the soft terms, on top of tau; dimensionless, > 0. */
  readonly soft: Tensor
}

// Finite, so that 0 times it is 0; its exp is 0 beside any similarity.
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
  embeddings: readonly Tensor2D[],
  labels: Tensor1D,
  { contrast, soft }: ContrastTemperatures,
): MutualContrast {
  const similarities = (a: Tensor2D, b: Tensor2D): Tensor2D => tf.div(tf.matMul(a, b, false, true), contrast)
  const positives = othersOfTheClass(labels)
  const within = embeddings.map((a) => similarities(a, a))
  const between = embeddings.flatMap((a, i) =>
    embeddings.flatMap((b, j) => (i === j ? [] : [{ own: similarities(a, b), other: similarities(b, a) }])),
  )
  return {
    vcl: tf.addN(within.map((scores) => contrasted(scores, positives))),
    softVcl: tf.addN(
      within.flatMap((own, i) => within.flatMap((other, j) => (i === j ? [] : [diverged(other, own, soft)]))),
    ),
    icl: tf.addN(between.map(({ own }) => contrasted(own, positives))),
    softIcl: tf.addN(between.map(({ own, other }) => diverged(other, own, soft))),
  }
}

/** 1 where two examples differ and share their class, `[batch, batch]`. */
function othersOfTheClass(labels: Tensor1D): Tensor2D {
  const same = tf.equal(tf.reshape(labels, [-1, 1]), tf.reshape(labels, [1, -1]))
  return tf.mul<Tensor2D>(tf.cast(same, 'float32'), tf.sub(1, tf.eye(labels.shape[0])))
}

function contrasted(scores: Tensor2D, positives: Tensor2D): Tensor1D {
  const others = tf.sub(1, tf.eye(scores.shape[0]))
  const kept = tf.add<Tensor2D>(tf.mul(scores, others), tf.mul(tf.sub(1, others), EXCLUDED))
  const logRest = tf.logSumExp(kept, 1, true)
  const count = tf.sum<Tensor1D>(positives, 1)
  const found = tf.sum<Tensor1D>(tf.mul(positives, tf.sub(logRest, scores)), 1)
  return tf.div(found, tf.maximum(count, 1))
}

function diverged(target: Tensor2D, scores: Tensor2D, temperature: Tensor): Tensor1D {
  const log = (x: Tensor2D): Tensor2D => tf.logSoftmax(tf.div(x, temperature))
  return tf.mul(klDivergence(log(detach(target)), log(scores)), tf.square(temperature))
}
