import { UmbraError, type WeightingDefinition, defineWeighting, tf, z } from '@umbra/core'
import { batchOf } from './batch-of.js'

/**
 * One weight per teacher, the same for every sample: `w_k = weights_k / sum_j weights_j`.
 *
 * @param teacherLogits `K` times `[batch, classes]`
 * @param weights `K` numbers >= 0, not all 0
 * @returns `[batch, K]`
 * Throws UMBRA_TEACHERS if the numbers of weights and teachers differ.
 */
export function fixedWeights(teacherLogits: readonly tf.Tensor2D[], weights: readonly number[]): tf.Tensor2D {
  if (weights.length !== teacherLogits.length) {
    throw new UmbraError('UMBRA_TEACHERS', {
      subject: 'option "weights" of weighting "fixed"',
      expected: `${teacherLogits.length} numbers, one for each teacher`,
      received: `${weights.length}`,
    })
  }
  const total = weights.reduce((sum, w) => sum + w, 0)
  const row = tf.tensor2d([weights.map((w) => w / total)])
  return tf.tile(row, [batchOf(teacherLogits), 1])
}

const options = z.strictObject({
  weights: z
    .array(z.number().min(0))
    .min(1)
    .refine((weights) => weights.some((w) => w > 0), { error: 'expected at least one weight above 0' })
    .default([1])
    .describe('One number for each teacher, in their order, 0 or more; divided by their sum'),
})

/** Weighting `fixed`: `w_k = weights_k / sum_j weights_j`, the same for all samples. */
export const fixed: WeightingDefinition<typeof options> = defineWeighting({
  id: 'fixed',
  summary: 'A configured weight for each teacher, the same for all samples.',
  options,
  create: ({ weights }) => ({ apply: (teacherLogits) => fixedWeights(teacherLogits, weights) }),
})
