import { type SofteningDefinition, defineSoftening, positiveScheduledSchema, tf, z } from '@umbra/core'
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core'
import { sharedTemperature } from './shared.js'

/**
 * Logits put on a sphere: `multiplier * (z - mean) / sqrt(var + 1e-7)`, a layer norm without learned scale and shift.
 *
 * All examples then have a norm of about `multiplier * sqrt(classes)`. Gradients flow through mean and variance.
 *
 * @param logits `[batch, classes]`
 * @param multiplier dimensionless, > 0: the deviation of an example's logits afterwards
 * @see Guo et al., Reducing the Teacher-Student Gap via Spherical Knowledge Distillation, arXiv 2010.07485
 */
export function sphericalLogits(logits: Tensor2D, multiplier: Scalar): Tensor2D {
  const centred = tf.sub(logits, tf.mean(logits, 1, true))
  const variance = tf.mean(tf.square(centred), 1, true)
  return tf.mul(tf.div(centred, tf.sqrt(tf.add(variance, 1e-7))), multiplier)
}

/** Options that `softening/spherical` and the method `skd` share. */
export const sphericalOptions = {
  multiplier: positiveScheduledSchema
    .default(2)
    .describe('Deviation of an example’s normalised logits, above 0; the authors advise 2 to 3'),
  temperature: positiveScheduledSchema.default(4).describe('T, above 0: divides every normalised logit'),
}

const options = z.strictObject(sphericalOptions)

/** Softening `spherical`: `softmax(multiplier * layernorm(z) / T)`, see `sphericalLogits`. */
export const sphericalSoftening: SofteningDefinition<typeof options> = defineSoftening({
  id: 'spherical',
  summary: 'Logits of every example brought to the same norm, then one temperature.',
  options,
  create: ({ multiplier, temperature }) => ({
    scalars: { multiplier, temperature },
    apply: (logits, _labels, scalars) =>
      sharedTemperature(sphericalLogits(logits, scalars.multiplier!), scalars.temperature!),
  }),
})
