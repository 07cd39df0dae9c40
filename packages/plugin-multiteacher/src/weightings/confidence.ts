import { type WeightingDefinition, crossEntropy, defineWeighting, tf, z } from '@umbra/core'

/**
 * Teachers that are right count more, sample by sample: `w_k = (1 - softmax_k(CE(z_k, y))) / (K - 1)`. A single teacher
 * has weight 1.
 *
 * Departs from the published code: that divides the weighted sum by `K` once more, so that the strength of distillation
 * falls with the number of teachers.
 *
 * @param logits `K` times `[batch, classes]`
 * @param labels class indices, int32 `[batch]`
 * @returns `[batch, K]`, rows sum to 1
 * @see Zhang et al., Confidence-Aware Multi-Teacher Knowledge Distillation, arXiv 2201.00007, equations 2 and 3
 */
export function confidenceWeights(logits: readonly tf.Tensor2D[], labels: tf.Tensor1D): tf.Tensor2D {
  const errors = tf.stack(
    logits.map((z) => crossEntropy(tf.logSoftmax(z), labels)),
    1,
  ) as tf.Tensor2D
  if (logits.length === 1) return tf.onesLike(errors)
  return tf.div(tf.sub(1, tf.softmax(errors)), logits.length - 1)
}

const options = z.strictObject({})

/** Weighting `confidence` (CA-MKD): `w_k = (1 - softmax_k(CE(z_k, y))) / (K - 1)`, see `confidenceWeights`. */
export const confidence: WeightingDefinition<typeof options> = defineWeighting({
  id: 'confidence',
  summary:
    'Teachers with a small cross-entropy on a sample count more for it (CA-MKD), the weights summing to 1.',
  options,
  create: () => ({ apply: confidenceWeights }),
})
