import { type WeightingDefinition, defineWeighting, tf, z } from '@umbra/core'
import { batchOf } from './batch-of.js'

/**
 * All teachers have the same weight: `w_k = 1 / K`.
 *
 * @param teacherLogits `K` times `[batch, classes]`
 * @returns `[batch, K]`
 */
export const averageWeights = (teacherLogits: readonly tf.Tensor2D[]): tf.Tensor2D =>
  tf.fill([batchOf(teacherLogits), teacherLogits.length], 1 / teacherLogits.length)

const options = z.strictObject({})

/** Weighting `average`: `w_k = 1 / K`. */
export const average: WeightingDefinition<typeof options> = defineWeighting({
  id: 'average',
  summary: 'All teachers have the same weight.',
  options,
  create: () => ({ apply: averageWeights }),
})
