import {
  type EnhancementDefinition,
  type SoftTargets,
  defineEnhancement,
  entryOf,
  scheduledAtLeast,
  tf,
  z,
} from '@umbra/core'
import { labelMask, logWrongConditional, withoutLabel } from '../measures/wrong-classes.js'

/**
 * Makes the wrong classes more distinct and leaves the labelled one as it is:
 * `p'_y = p_y`, `p'_c = (1 - p_y) q~_c^gamma / sum_j q~_j^gamma` for `c != y`, with `q~_c = p_c / (1 - p_y)`.
 *
 * Keeps the order of the wrong classes and never lowers their variance. `gamma = 1` is the identity; on a target of one
 * shared temperature `T` it equals a wrong-class temperature of `T / gamma` with `p_y` held.
 *
 * @param targets `[batch, classes]`, rows sum to 1
 * @param labels class indices, int32 `[batch]`
 * @param gamma dimensionless, >= 1, a scalar or `[batch, 1]`
 */
export function powerEnhanced(targets: SoftTargets, labels: tf.Tensor1D, gamma: tf.Tensor): SoftTargets {
  const { logProbabilities } = targets
  const mask = labelMask(labels, logProbabilities.shape[1])
  const logWrongMass = tf.logSumExp(withoutLabel(logProbabilities, mask), 1, true)
  const sharpened = logWrongConditional(tf.mul(logProbabilities, gamma), mask)
  const enhanced = tf.where(mask, logProbabilities, tf.add<tf.Tensor2D>(sharpened, logWrongMass))
  return { logProbabilities: enhanced, probabilities: tf.exp(enhanced) }
}

const options = z.strictObject({
  gamma: scheduledAtLeast(1).default(2).describe('Exponent on the wrong classes, 1 (unchanged) or more'),
})

/** Enhancement `power`: `p'_c = (1 - p_y) q~_c^gamma / sum_j q~_j^gamma` for the wrong classes, see `powerEnhanced`. */
export const power: EnhancementDefinition<typeof options> = defineEnhancement({
  id: 'power',
  summary:
    'Raises the wrong classes’ conditional probabilities to a power; keeps their order and the labelled class.',
  options,
  create: ({ gamma }) => ({
    scalars: { gamma },
    apply: (targets, labels, scalars) => powerEnhanced(targets, labels, entryOf(scalars, 'gamma')),
  }),
})
