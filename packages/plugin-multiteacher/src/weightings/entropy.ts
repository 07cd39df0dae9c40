import { type WeightingDefinition, defineWeighting, softCrossEntropy, tf, z } from '@umbra/core'

// Keeps the shares defined, and equal, if all teachers are so sure that their entropies are 0 in float32.
const LEAST_ENTROPY = 1e-12

/**
 * More certain teachers count more, sample by sample: `w_k = (1 - H_k / sum_j H_j) / (K - 1)`, `H_k` the entropy of
 * `softmax(z_k)` in nats. A single teacher has weight 1.
 *
 * Departs from the published code (that of CA-MKD's authors): its `1 - H_k / sum_j H_j` sum to `K - 1` and the loss is
 * then divided by `K`, so that the strength of distillation grows with the number of teachers. Here the weights sum
 * to 1; multiply the loss by `(K - 1) / K` for theirs. Where a probability underflows, theirs is NaN and this one is not.
 *
 * @param teacherLogits `K` times `[batch, classes]`
 * @returns `[batch, K]`, rows sum to 1
 * @see Kwon et al., Adaptive Knowledge Distillation Based on Entropy, ICASSP 2020
 */
export function entropyWeights(teacherLogits: readonly tf.Tensor2D[]): tf.Tensor2D {
  const count = teacherLogits.length
  const entropies = teacherLogits.map((logits) => {
    const logProbabilities = tf.logSoftmax(logits)
    return softCrossEntropy(logProbabilities, logProbabilities)
  })
  const stacked = tf.add(tf.stack(entropies, 1), LEAST_ENTROPY)
  if (count === 1) return tf.onesLike(stacked) as tf.Tensor2D
  const share = tf.div(stacked, tf.sum(stacked, 1, true))
  return tf.div(tf.sub(1, share), count - 1)
}

const options = z.strictObject({})

/** Weighting `entropy` (EBKD): `w_k = (1 - H_k / sum_j H_j) / (K - 1)`, see `entropyWeights`. */
export const entropy: WeightingDefinition<typeof options> = defineWeighting({
  id: 'entropy',
  summary: 'Teachers that are more certain of a sample count more for it (EBKD); the weights sum to 1.',
  options,
  create: () => ({ apply: entropyWeights }),
})
