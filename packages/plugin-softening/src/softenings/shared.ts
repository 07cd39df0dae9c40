import {
  type SoftTargets,
  type SofteningDefinition,
  defineSoftening,
  entryOf,
  positiveScheduledSchema,
  tf,
  z,
} from '@umbra/core'
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
export const sharedTemperature = (logits: tf.Tensor2D, temperature: tf.Scalar): SoftTargets =>
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
    apply: (logits, _labels, scalars) => sharedTemperature(logits, entryOf(scalars, 'temperature')),
  }),
})
