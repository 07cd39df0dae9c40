import {
  type MethodDefinition,
  type Objective,
  defineMethod,
  labelLoss,
  objective,
  positiveScheduledSchema,
  scheduledAtLeast,
  temperedKl,
  z,
} from '@umbra/core'
import { divergenceOption } from '../../shared/divergence.js'
import { sharedTemperature } from '../../softenings/shared.js'
import { softTargetObjective } from '../../shared/soft-target-objective.js'

const options = z.strictObject({
  temperature: positiveScheduledSchema.default(4).describe('T, above 0: softens both teacher and student'),
  ceWeight: scheduledAtLeast(0)
    .default(0.1)
    .describe('Weight of the cross-entropy with the labels, 0 or more'),
  kdWeight: scheduledAtLeast(0).default(0.9).describe('Weight of T^2 KL, 0 or more'),
  divergence: divergenceOption('kl'),
})

/** Knowledge distillation with soft targets. Terms: `ce`, and `kd = T^2 KL(teacher || student)` or `softCe`. */
export const kd: MethodDefinition<typeof options> = defineMethod({
  id: 'kd',
  title: 'Knowledge distillation',
  summary: 'The student matches the softened probabilities of one teacher at one temperature.',
  paper: {
    title: 'Distilling the Knowledge in a Neural Network',
    venue: 'NIPS 2014 Deep Learning Workshop',
    arxiv: '1503.02531',
    equations: '1; section 2 for the weighted sum and the factor T^2',
  },
  formula: 'L = ceWeight * CE(softmax(z_s), y) + kdWeight * T^2 * KL( softmax(z_t / T) || softmax(z_s / T) )',
  departures: [
    'KL divergence instead of the paper’s cross-entropy with the soft targets (`divergence: soft-cross-entropy`): the gradient is the same, and the value is 0 where the student equals the teacher.',
    'T = 4 and the weights 0.1 and 0.9 are those usual in published CIFAR-100 comparisons; the paper names none for CIFAR.',
  ],
  options,
  objective: (choice) => (choice.divergence === 'kl' ? byKl(choice) : bySoftCrossEntropy(choice)),
})

type Options = z.output<typeof options>

/** With core's KL, which keeps its digits at high temperatures. */
const byKl = ({ temperature, ceWeight, kdWeight }: Options): Objective =>
  objective({
    weights: { ce: ceWeight, kd: kdWeight },
    scalars: { temperature },
    terms: ({ student, teacher, target, scalars }) => ({
      ce: labelLoss(student.logits, target),
      kd: temperedKl(teacher.logits, student.logits, scalars.temperature),
    }),
  })

const bySoftCrossEntropy = ({ temperature, ceWeight, kdWeight }: Options): Objective =>
  softTargetObjective({
    ceWeight,
    softWeight: kdWeight,
    divergence: 'soft-cross-entropy',
    scalars: { temperature },
    temperature: 'temperature',
    logTarget: (logits, { temperature: t }) => sharedTemperature(logits, t).logProbabilities,
  })
