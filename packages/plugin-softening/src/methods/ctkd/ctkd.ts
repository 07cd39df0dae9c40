import {
  type MethodDefinition,
  type Objective,
  defineMethod,
  labelLoss,
  objective,
  scheduledAtLeast,
  scheduledSchema,
  tf,
  z,
  temperedKl,
} from '@umbra/core'
import { decoupledTerms } from '../../shared/decoupled-terms.js'
import { learnedTemperature } from './learned-temperature.js'
import { sharedTemperature } from '../../softenings/shared.js'

const options = z.strictObject({
  loss: z.enum(['kd', 'dkd']).default('kd').describe('What the learned temperature softens: kd, or dkd'),
  ceWeight: scheduledAtLeast(0)
    .default(0.1)
    .describe('Weight of the cross-entropy with the labels, 0 or more; the authors use 1 with dkd'),
  kdWeight: scheduledAtLeast(0).default(0.9).describe('Weight of T^2 KL, 0 or more; of the loss kd'),
  alpha: scheduledAtLeast(0)
    .default(1)
    .describe('Weight of the labelled class against the rest, 0 or more; of the loss dkd'),
  beta: scheduledAtLeast(0).default(2).describe('Weight of the wrong classes, 0 or more; of the loss dkd'),
  start: z.number().positive().default(1).describe('Lowest temperature, above 0'),
  range: z.number().min(0).default(20).describe('Highest minus lowest temperature, 0 or more'),
  initial: z
    .number()
    .default(1)
    .describe('Theta before training; the temperature is start + range sigmoid(theta)'),
  lambda: scheduledSchema
    .default({ kind: 'cosine', from: 0, to: -1, epochs: 10 })
    .describe('Factor of theta’s gradient; below 0 the temperature learns to make the task harder'),
})

/** Curriculum temperature. Terms: `ce`, and `kd` or `tckd` and `nckd`; trains the scalar `theta` together with the student. */
export const ctkd: MethodDefinition<typeof options> = defineMethod({
  id: 'ctkd',
  title: 'Curriculum temperature for knowledge distillation',
  summary: 'A learned temperature that makes the task harder, increasingly so over the first epochs.',
  paper: {
    title: 'Curriculum Temperature for Knowledge Distillation',
    venue: 'AAAI 2023',
    arxiv: '2211.16231',
  },
  formula:
    'L = ceWeight * CE(softmax(z_s), y) + kdWeight * T^2 * KL( softmax(z_t / T) || softmax(z_s / T) ), T = start + range * sigmoid(theta); theta moves along lambda(epoch) * dL/dtheta, lambda from 0 to -1',
  departures: [
    'The global temperature of the paper; its instance-wise temperature, a small network, is not included.',
    'lambda follows its cosine at every step instead of every epoch.',
    'With dkd the labelled class is left out of the wrong classes instead of being masked: the authors’ gradient of theta is NaN with current PyTorch.',
  ],
  options,
  objective: (values) => (values.loss === 'kd' ? plainObjective(values) : decoupledObjective(values)),
})

type Options = z.output<typeof options>

function plainObjective({ ceWeight, kdWeight, lambda, ...theta }: Options): Objective {
  return objective({
    weights: { ce: ceWeight, kd: kdWeight },
    scalars: { lambda },
    prepare: () => initialTheta(theta),
    terms: ({ student, teacher, target, scalars, variables }) => {
      const t = learnedTemperature(variables.theta, scalars.lambda, theta)
      return {
        ce: labelLoss(student.logits, target),
        kd: temperedKl(teacher.logits, student.logits, t),
      }
    },
  })
}

function decoupledObjective({ ceWeight, alpha, beta, lambda, ...theta }: Options): Objective {
  return objective({
    labels: 'hard',
    weights: { ce: ceWeight, tckd: alpha, nckd: beta },
    scalars: { lambda },
    prepare: () => initialTheta(theta),
    terms: ({ student, teacher, target, labels, scalars, variables }) => {
      const t = learnedTemperature(variables.theta, scalars.lambda, theta)
      const logTarget = sharedTemperature(teacher.logits, t).logProbabilities
      const softened = sharedTemperature(student.logits, t).logProbabilities
      return {
        ce: labelLoss(student.logits, target),
        ...decoupledTerms(logTarget, softened, labels, t),
      }
    },
  })
}

const initialTheta = ({ initial }: Pick<Options, 'initial'>): { variables: { theta: tf.Tensor1D } } => ({
  variables: { theta: tf.tensor1d([initial]) },
})
