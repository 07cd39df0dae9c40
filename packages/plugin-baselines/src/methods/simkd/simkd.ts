import {
  type MethodDefinition,
  UmbraError,
  adaptiveAvgPool,
  defineMethod,
  objective,
  scheduledAtLeast,
  tf,
  z,
} from '@umbra/core'
import { lastTeacher } from '../../shared/last-teacher.js'
import { reuseClassifier, TRANSFERRED } from './reuse-classifier.js'

const options = z.strictObject({
  teacherTap: z
    .string()
    .default('stage3')
    .describe('The teacher’s last feature map, before pooling: an alias or a layer name'),
  factor: z
    .int()
    .min(1)
    .default(2)
    .describe('The projector’s inner width is the teacher’s channels divided by this'),
  weight: scheduledAtLeast(0).default(1).describe('Weight of the feature term, 0 or more'),
})

/** The teacher's classifier on projected student features. Term: `feature`. */
export const simkd: MethodDefinition<typeof options> = defineMethod({
  id: 'simkd',
  title: 'Distillation with the reused teacher classifier',
  summary:
    'The student’s features are projected onto the teacher’s and classified by the teacher’s frozen classifier.',
  paper: {
    title: 'Knowledge Distillation with the Reused Teacher Classifier',
    venue: 'CVPR 2022',
    arxiv: '2203.14001',
    equations: '3',
  },
  formula:
    'L = weight * mean( (P(f_s) - f_t)^2 ), P = 1x1, 3x3 and 1x1 convolutions, each with BN and ReLU; student output = teacher classifier( pool( P(f_s) ) )',
  departures: [
    'The student that is trained, evaluated and saved includes the projector and the teacher’s classifier, so it is larger than the one configured.',
    'A student map larger than the teacher’s is averaged down inside the student, and only by whole factors.',
  ],
  options,
  student: (student, teachers, { factor }) => reuseClassifier(student, lastTeacher(teachers), factor),
  objective: ({ teacherTap, weight }) =>
    objective({
      weights: { feature: weight },
      taps: { student: [TRANSFERRED], teacher: [teacherTap] },
      prepare: ({ student, teacher }) => {
        const hint = teacher.tap(teacherTap)
        const channels = student.tap(TRANSFERRED).at(-1)
        if (hint.length === 4 && hint.at(-1) === channels) return {}
        throw new UmbraError('UMBRA_TAP_SHAPE', {
          subject: `tap "${teacherTap}" of the teacher`,
          expected: `a feature map with the ${channels} channels that its classifier reads`,
          received: `[${hint.join(', ')}]`,
          remedy: 'Set `teacherTap` to the teacher’s last map before pooling',
        })
      },
      terms: ({ student, teacher }) => {
        const projected = student.tap<tf.Tensor4D>(TRANSFERRED)
        const [, height, width] = projected.shape
        const hint = adaptiveAvgPool(teacher.tap<tf.Tensor4D>(teacherTap), height, width)
        return { feature: tf.mean(tf.squaredDifference(projected, hint), [1, 2, 3]) }
      },
    }),
})
