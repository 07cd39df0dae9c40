import { type WeightingDefinition, defineWeighting, tf, z } from '@umbra/core'
import type { Tensor2D } from '@tensorflow/tfjs-core'

/**
 * Every teacher counts the same: `w_k = 1 / K`.
 *
 * @param teacherLogits `K` times `[batch, classes]`
 * @returns `[batch, K]`
 */
export const averageWeights = (teacherLogits: readonly Tensor2D[]): Tensor2D =>
  tf.fill([teacherLogits[0]!.shape[0], teacherLogits.length], 1 / teacherLogits.length)

const options = z.strictObject({})

/** Weighting `average`: `w_k = 1 / K`. */
export const average: WeightingDefinition<typeof options> = defineWeighting({
  id: 'average',
  summary: 'Every teacher counts the same.',
  options,
  create: () => ({ apply: averageWeights }),
})
