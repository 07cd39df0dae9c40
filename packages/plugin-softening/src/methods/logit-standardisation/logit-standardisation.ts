import {
  type MethodDefinition,
  defineMethod,
  positiveScheduledSchema,
  scheduledAtLeast,
  z,
} from '@umbra/core'
import { divergenceOption } from '../../shared/divergence.js'
import { standardiseLogits } from '../../softenings/logit-standardisation.js'
import { sharedTemperature } from '../../softenings/shared.js'
import { softTargetObjective } from '../../shared/soft-target-objective.js'

const options = z.strictObject({
  temperature: positiveScheduledSchema
    .default(2)
    .describe('T, above 0: softens both networks’ standardised logits'),
  ceWeight: scheduledAtLeast(0)
    .default(0.1)
    .describe('Weight of the cross-entropy with the labels, 0 or more'),
  kdWeight: scheduledAtLeast(0)
    .default(9)
    .describe('Weight of T^2 KL, 0 or more; high since standardised logits differ little'),
  divergence: divergenceOption('kl'),
})

/** Knowledge distillation on standardised logits. Terms: `ce` on raw logits, `kd` (or `softCe`) on standardised ones. */
export const logitStandardisation: MethodDefinition<typeof options> = defineMethod({
  id: 'logit-standardisation',
  title: 'Logit standardisation',
  summary:
    'Both networks’ logits are standardised for each example, so that the student does not have to match their scale.',
  paper: {
    title: 'Logit Standardization in Knowledge Distillation',
    venue: 'CVPR 2024',
    arxiv: '2403.01427',
  },
  formula:
    'L = ceWeight * CE(softmax(z_s), y) + kdWeight * T^2 * KL( softmax(Z(z_t) / T) || softmax(Z(z_s) / T) ), Z(z) = (z - mean(z)) / (1e-7 + std(z))',
  departures: [
    'Follows the authors’ released code: the deviation divides by classes - 1, and T = 2 with a weight of 9; a few of their pairs use other values (T = 3 or 4, weights 1 to 12).',
    'Where all logits of an example are equal, the deviation has no gradient, as in the released code.',
  ],
  options,
  objective: ({ temperature, ceWeight, kdWeight, divergence }) =>
    softTargetObjective({
      ceWeight,
      softWeight: kdWeight,
      divergence,
      scalars: { temperature },
      temperature: 'temperature',
      logTarget: (logits, { temperature: t }) =>
        sharedTemperature(standardiseLogits(logits), t).logProbabilities,
      softStudent: standardiseLogits,
    }),
})
