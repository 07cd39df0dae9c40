import {
  type MethodDefinition,
  type Objective,
  type Scheduled,
  defineMethod,
  labelLoss,
  objective,
  positiveScheduledSchema,
  scheduledAtLeast,
  z,
} from '@umbra/core'
import { decoupledTerms } from '../../shared/decoupled-terms.js'
import { releasedDecoupledTerms } from './released-decoupled-terms.js'
import { sharedTemperature } from '../../softenings/shared.js'
import { standardiseLogits } from '../../softenings/logit-standardisation.js'
import { softeningChoice, teacherTargets } from '../../shared/teacher-targets.js'

const options = z.strictObject({
  temperature: positiveScheduledSchema.default(4).describe('T, above 0: softens both teacher and student'),
  alpha: scheduledAtLeast(0).default(1).describe('Weight of the labelled class against the rest, 0 or more'),
  beta: scheduledAtLeast(0)
    .default(8)
    .describe(
      'Weight of the wrong classes, 0 or more; the authors use 2 for pairs of CIFAR ResNets, else 6 or 8',
    ),
  ceWeight: scheduledAtLeast(0).default(1).describe('Weight of the cross-entropy with the labels, 0 or more'),
  warmUp: z.number().min(0).default(20).describe('Epochs over which alpha and beta rise from 0, 0 or more'),
  standardise: z
    .boolean()
    .default(false)
    .describe('Whether both networks’ logits are standardised first (logit standardisation)'),
  variant: z
    .enum(['sound', 'as-released'])
    .default('sound')
    .describe(
      'as-released: 1000 taken off the labelled logit, and the logarithm of probabilities that may be 0',
    ),
  ...softeningChoice,
})

/** Decoupled knowledge distillation. Terms: `ce`, `tckd` (labelled against rest) and `nckd` (among the wrong classes). */
export const dkd: MethodDefinition<typeof options> = defineMethod({
  id: 'dkd',
  title: 'Decoupled knowledge distillation',
  summary: 'The wrong classes get a separate weight, which otherwise shrinks with the teacher’s confidence.',
  paper: {
    title: 'Decoupled Knowledge Distillation',
    venue: 'CVPR 2022',
    arxiv: '2203.08679',
    equations: '7',
  },
  formula:
    'L = ceWeight * CE(softmax(z_s), y) + min(epoch / warmUp, 1) * T^2 * [ alpha * KL(b_t || b_s) + beta * KL(q_t || q_s) ], b = [p_y, 1 - p_y], q_c = p_c / (1 - p_y) for c != y, p = softmax(z / T)',
  departures: [
    'The wrong classes are normalised without the labelled logit instead of with 1000 subtracted from it, and logarithms are taken in log space: the same numbers wherever the authors’ code is finite and gaps stay below 1000 T (`variant: as-released`).',
    'The warm-up rises with every step instead of every epoch.',
    'Softenings other than the shared temperature are this project’s addition; T then softens only the student.',
  ],
  options,
  objective: (
    { temperature, alpha, beta, ceWeight, warmUp, standardise, variant, ...choice },
    parts,
  ): Objective => {
    const targets = teacherTargets(choice, parts)
    const split = variant === 'sound' ? decoupledTerms : releasedDecoupledTerms
    const ready = standardise ? standardiseLogits : <T>(logits: T): T => logits
    return objective({
      labels: 'hard',
      weights: { ce: ceWeight, tckd: warmedUp(alpha, warmUp), nckd: warmedUp(beta, warmUp) },
      scalars: { temperature, ...targets.scalars },
      terms: ({ student, teacher, target, labels, scalars }) => {
        const t = scalars.temperature
        const logTarget = targets.logTarget(ready(teacher.logits), labels, scalars, t)
        const softened = sharedTemperature(ready(student.logits), t).logProbabilities
        return { ce: labelLoss(student.logits, target), ...split(logTarget, softened, labels, t) }
      },
    })
  },
})

const warmedUp = (weight: Scheduled, epochs: number): Scheduled => ({
  kind: 'warm-up',
  epochs,
  from: 0,
  then: typeof weight === 'number' ? { kind: 'constant', value: weight } : weight,
})
