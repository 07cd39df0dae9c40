import {
  type SoftTargets,
  type SofteningDefinition,
  defineSoftening,
  positiveScheduledSchema,
  tf,
  z,
} from '@umbra/core'
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core'
import { fromLogits } from './from-logits.js'

/**
 * One temperature for all classes: `p = softmax(z / T)`.
 *
 * Adding a constant to all logits of an example changes nothing.
 *
 * @param logits `[batch, classes]`
 * @param temperature dimensionless, > 0
 * @see Hinton, Vinyals, Dean, arXiv 1503.02531, equation 1
 */
export const sharedTemperature = (logits: Tensor2D, temperature: Scalar): SoftTargets =>
  fromLogits(tf.div(logits, temperature))

const options = z.strictObject({
  temperature: positiveScheduledSchema
    .default(4)
    .describe('T, above 0: divides every logit; higher is softer'),
})

/** Softening `shared`: `p = softmax(z / T)`, see `sharedTemperature`. */
export const shared: SofteningDefinition<typeof options> = defineSoftening({
  id: 'shared',
  summary: 'One temperature for all classes: p = softmax(z / T).',
  options,
  create: ({ temperature }) => ({
    scalars: { temperature },
    apply: (logits, _labels, scalars) => sharedTemperature(logits, scalars.temperature!),
  }),
})
