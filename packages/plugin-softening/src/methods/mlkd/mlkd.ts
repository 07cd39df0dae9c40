import {
  type MethodDefinition,
  type Objective,
  defineMethod,
  entryOf,
  objective,
  positiveScheduledSchema,
  scheduledAtLeast,
  z,
} from '@umbra/core'
import { mlkdTerms } from './mlkd-terms.js'

const options = z.strictObject({
  temperatures: z
    .array(positiveScheduledSchema)
    .min(1)
    .default([4, 3, 5, 2, 6])
    .describe('T of every alignment, above 0 each; the losses are summed over them'),
  ceWeight: scheduledAtLeast(0)
    .default(0.1)
    .describe('Weight of the cross-entropy with the labels, 0 or more'),
  kdWeight: scheduledAtLeast(0)
    .default(0.9)
    .describe('Weight of all three alignments, 0 or more; 9 with standardised logits'),
  standardise: z
    .boolean()
    .default(false)
    .describe('Whether the instance alignment sees standardised logits (logit standardisation)'),
  variant: z
    .enum(['sound', 'as-released'])
    .default('sound')
    .describe('Masks that choose samples and classes, or the released ones, which only scale'),
})

/** Multi-level logit distillation. Terms: `ce`, `kd` (instances), `cc` (classes) and `bc` (samples of the batch). */
export const mlkd: MethodDefinition<typeof options> = defineMethod({
  id: 'mlkd',
  title: 'Multi-level logit distillation',
  summary:
    'Predictions are aligned for each instance, between samples and between classes, at several temperatures.',
  paper: {
    title: 'Multi-Level Logit Distillation',
    venue: 'CVPR 2023',
  },
  formula:
    'L = ceWeight * CE(softmax(z_s), y) + kdWeight * sum_T [ T^2 KL(p_t || p_s) + ||P_t P_t^T - P_s P_s^T||^2 / batch + ||P_t^T P_t - P_s^T P_s||^2 / classes ], P = softmax(z / T); KL and batch part on samples, class part on classes, of at most median teacher confidence',
  departures: [
    'One view of each image, the usual augmentation: the paper adds a strongly augmented second view, which the trainer does not provide; its terms are left out.',
    'The mask chooses samples (and classes). In the released code it multiplies an already averaged number and so only scales the loss; `variant: as-released` does the same, and repeats the terms at the fourth and fifth temperature as the code does.',
    'Batch and class parts count the rows of the chosen samples and classes.',
    'Weights 0.1 and 0.9 are those of the logit-standardisation release, whose numbers this method is checked with.',
  ],
  options,
  objective: ({ temperatures, ceWeight, kdWeight, standardise, variant }): Objective =>
    objective({
      weights: { ce: ceWeight, kd: kdWeight, cc: kdWeight, bc: kdWeight },
      scalars: Object.fromEntries(temperatures.map((t, i) => [scalarName(i), t])),
      terms: ({ student, teacher, target, scalars }) =>
        mlkdTerms({
          weak: { student: student.logits, teacher: teacher.logits },
          target,
          temperatures: temperatures.map((_, i) => entryOf(scalars, scalarName(i))),
          standardise,
          variant,
        }),
    }),
})

const scalarName = (index: number): string => `temperature${index + 1}`
