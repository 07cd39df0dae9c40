import {
  type MethodDefinition,
  type Objective,
  defineMethod,
  labelLoss,
  objective,
  oneHot,
  positiveScheduledSchema,
  scheduledAtLeast,
  softCrossEntropy,
  tf,
  z,
} from '@umbra/core'
import { decouple } from '../../softenings/wrong-classes.js'
import { sharedTemperature } from '../../softenings/shared.js'
import { softeningChoice, teacherTargets } from '../../shared/teacher-targets.js'

const options = z.strictObject({
  temperature: positiveScheduledSchema
    .default(1)
    .describe('Lambda of the paper, above 0: softens the wrong classes of both networks'),
  gamma: scheduledAtLeast(0).default(1.5).describe('Weight of the wrong classes, 0 or more'),
  targetWeight: scheduledAtLeast(0).default(1).describe('Weight of the labelled class’s part, 0 or more'),
  ceWeight: scheduledAtLeast(0).default(1).describe('Weight of the cross-entropy with the labels, 0 or more'),
  ...softeningChoice,
})

/** Normalised knowledge distillation. Terms: `ce`, `target = -p_y log s_y`, `nonTarget` among the wrong classes. */
export const nkd: MethodDefinition<typeof options> = defineMethod({
  id: 'nkd',
  title: 'Normalised knowledge distillation',
  summary:
    'The label is weighted by the teacher’s confidence, and the wrong classes are compared after normalisation.',
  paper: {
    title:
      'From Knowledge Distillation to Self-Knowledge Distillation: A Unified Approach with Normalized Loss and Customized Soft Labels',
    venue: 'ICCV 2023',
    arxiv: '2303.13005',
  },
  formula:
    'L = ceWeight * CE(softmax(z_s), y) + targetWeight * ( - t_y log s_y ) + gamma * T^2 * ( - sum_{c != y} q_t,c log q_s,c ), t, s = softmax(z), q_c = p_c / (1 - p_y) for c != y, p = softmax(z / T)',
  departures: [
    'The wrong classes are normalised in log space, without the labelled logit.',
    'Softenings other than the shared temperature are this project’s addition; they shape the wrong classes, while the labelled class’s weight t_y stays unsoftened.',
  ],
  options,
  objective: ({ temperature, gamma, targetWeight, ceWeight, ...choice }, parts): Objective => {
    const targets = teacherTargets(choice, parts)
    return objective({
      labels: 'hard',
      weights: { ce: ceWeight, target: targetWeight, nonTarget: gamma },
      scalars: { temperature, ...targets.scalars },
      terms: ({ student, teacher, target, labels, scalars }) => {
        const t = scalars.temperature
        const raw = teacher.logits
        const ce = labelLoss(student.logits, target)
        const confidence: tf.Tensor1D = tf.sum(tf.mul(tf.softmax(raw), oneHot(labels, raw.shape[1])), 1)
        const wrong = decouple(targets.logTarget(raw, labels, scalars, t), labels).wrong
        const softened = decouple(sharedTemperature(student.logits, t).logProbabilities, labels).wrong
        return {
          ce,
          target: tf.mul(confidence, ce),
          nonTarget: tf.mul(softCrossEntropy(wrong, softened), tf.square(t)),
        }
      },
    })
  },
})
