import {
  type SofteningDefinition,
  defineSoftening,
  detach,
  positiveScheduledSchema,
  tf,
  z,
} from '@umbra/core'
import type { Tensor2D } from '@tensorflow/tfjs-core'
import { sharedTemperature } from './shared.js'

/**
 * Z-score of each example's logits: `(z - mean) / (1e-7 + std)`, with the unbiased deviation (divided by `classes - 1`).
 *
 * Gradients flow through mean and deviation. Adding a constant or multiplying by a positive number changes nothing.
 *
 * @param logits `[batch, classes]`
 * @see Sun et al., Logit Standardization in Knowledge Distillation, arXiv 2403.01427
 */
export function standardiseLogits(logits: Tensor2D): Tensor2D {
  const centred = tf.sub(logits, tf.mean(logits, 1, true))
  const variance = tf.div(tf.sum(tf.square(centred), 1, true), logits.shape[1] - 1)
  // The root has no derivative at 0: equal logits keep a deviation of 0 without one.
  const varies = tf.greater(detach(variance), 0)
  const root = tf.sqrt(tf.where(varies, variance, tf.onesLike(variance)))
  const deviation = tf.where(varies, root, tf.zerosLike(root))
  return tf.div(centred, tf.add(deviation, 1e-7))
}

const options = z.strictObject({
  temperature: positiveScheduledSchema.default(2).describe('T, above 0: divides every standardised logit'),
})

/** Softening `logit-standardisation`: `softmax(zscore(z) / T)`, see `standardiseLogits`. */
export const logitStandardisationSoftening: SofteningDefinition<typeof options> = defineSoftening({
  id: 'logit-standardisation',
  summary: 'Logits standardised to mean 0 and deviation 1 for each example, then one temperature.',
  options,
  create: ({ temperature }) => ({
    scalars: { temperature },
    apply: (logits, _labels, scalars) => sharedTemperature(standardiseLogits(logits), scalars.temperature!),
  }),
})
