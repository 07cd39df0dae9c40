import {
  type SoftTargets,
  type SofteningDefinition,
  defineSoftening,
  oneHot,
  positiveScheduledSchema,
  tf,
  z,
} from '@umbra/core'
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { fromLogits } from './from-logits.js'

/** Temperatures of the labelled class and of the others, dimensionless, > 0: scalars, or `[batch, 1]` for each example. */
export interface AsymmetricTemperatures {
  readonly tau1: Tensor
  readonly tau2: Tensor
}

/**
 * Asymmetric temperature scaling: `p_c = exp(z_c / tau_c) / sum_j exp(z_j / tau_j)`, with `tau_c = tau1` for the labelled
 * class and `tau2` for the others. The order of the wrong classes is kept.
 *
 * Three things to know, all of the definition and none of this code:
 * it works on raw logits, so adding a constant to an example's logits changes `p` (when `tau1 != tau2`);
 * where the labelled class has a negative logit a larger `tau1` raises `p_y` instead of lowering it;
 * where the teacher's margin is small the labelled class can stop being the most probable one.
 *
 * @param logits raw logits `[batch, classes]`
 * @param labels class indices, int32 `[batch]`
 * @see Li et al., Asymmetric Temperature Scaling Makes Larger Networks Teach Well Again, arXiv 2210.04427
 */
export function asymmetricTemperatures(
  logits: Tensor2D,
  labels: Tensor1D,
  { tau1, tau2 }: AsymmetricTemperatures,
): SoftTargets {
  const labelled = oneHot(labels, logits.shape[1])
  const tau = tf.add(tf.mul(labelled, tau1), tf.mul(tf.sub(1, labelled), tau2))
  return fromLogits(tf.div(logits, tau))
}

/** Options that `softening/ats` and the method `ats` share. */
export const atsTemperatures = {
  tau1: positiveScheduledSchema
    .default(4)
    .describe('Temperature of the labelled class, above 0; the paper wants tau1 > tau2'),
  tau2: positiveScheduledSchema
    .default(2)
    .describe('Temperature of the other classes, above 0; lower makes them more distinct'),
}

const options = z.strictObject(atsTemperatures)

/** Softening `ats`: `tau1` for the labelled class, `tau2` for the others, see `asymmetricTemperatures`. */
export const atsSoftening: SofteningDefinition<typeof options> = defineSoftening({
  id: 'ats',
  summary: 'Asymmetric temperatures: tau1 for the labelled class, tau2 for the others, on raw logits.',
  options,
  create: ({ tau1, tau2 }) => ({
    scalars: { tau1, tau2 },
    apply: (logits, labels, scalars) =>
      asymmetricTemperatures(logits, labels, { tau1: scalars.tau1!, tau2: scalars.tau2! }),
  }),
})
