import {
  type MethodDefinition,
  type Objective,
  crossEntropy,
  defineMethod,
  oneHot,
  positiveScheduledSchema,
  scheduledAtLeast,
  softCrossEntropy,
  tf,
  z,
} from '@umbra/core'
import type { Tensor1D } from '@tensorflow/tfjs-core'
import { decouple } from '../softenings/wrong-classes.js'
import { sharedTemperature } from '../softenings/shared.js'
import { softeningChoice, teacherTargets } from '../teacher-targets.js'
import { sameClasses } from './same-classes.js'

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
    'The teacher weights the label by its own confidence, and the wrong classes are compared once normalised.',
  paper: {
    title:
      'From Knowledge Distillation to Self-Knowledge Distillation: A Unified Approach with Normalized Loss and Customized Soft Labels',
    venue: 'ICCV 2023',
    arxiv: '2303.13005',
  },
  formula:
    'L = ceWeight * CE(softmax(z_s), y) + targetWeight * ( - t_y log s_y ) + gamma * T^2 * ( - sum_{c != y} q_t,c log q_s,c ), t, s = softmax(z), q_c = p_c / (1 - p_y) for c != y, p = softmax(z / T)',
  teachers: { min: 1, max: 1 },
  departures: [
    'The wrong classes are normalised in log space, without the labelled logit.',
    'Another softening of the teacher than the shared temperature is this project’s addition; it shapes the wrong classes, while the labelled class’s weight t_y stays the unsoftened one.',
  ],
  options,
  objective: ({ temperature, gamma, targetWeight, ceWeight, ...choice }, parts): Objective => {
    const teacher = teacherTargets(choice, parts)
    return {
      weights: { ce: ceWeight, target: targetWeight, nonTarget: gamma },
      scalars: { temperature, ...teacher.scalars },
      prepare: sameClasses,
      terms: ({ student, teachers, labels, scalars }) => {
        const t = scalars.temperature!
        const raw = teachers[0]!.logits
        const ce = crossEntropy(tf.logSoftmax(student.logits), labels)
        const confidence: Tensor1D = tf.sum(tf.mul(tf.softmax(raw), oneHot(labels, raw.shape[1])), 1)
        const target = decouple(teacher.logTarget(raw, labels, scalars, t), labels).wrong
        const softened = decouple(sharedTemperature(student.logits, t).logProbabilities, labels).wrong
        return {
          terms: {
            ce,
            target: tf.mul(confidence, ce),
            nonTarget: tf.mul(softCrossEntropy(target, softened), tf.square(t)),
          },
        }
      },
    }
  },
})
