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
import { lastTeacher } from '../../shared/last-teacher.js'

const options = z.strictObject({
  generations: z
    .int()
    .min(1)
    .max(16)
    .default(2)
    .describe('Students trained one after the other, the last one included; 1 is plain distillation'),
  temperature: positiveScheduledSchema.default(1).describe('T, above 0: softens both networks'),
  ceWeight: scheduledAtLeast(0).default(1).describe('Weight of the cross-entropy with the labels, 0 or more'),
  kdWeight: scheduledAtLeast(0).default(1).describe('Weight of T^2 KL, 0 or more'),
})

/** Generations of the same network. Terms: `ce`, and `kd = T^2 KL(generation before || student)`. */
export const ban: MethodDefinition<typeof options> = defineMethod({
  id: 'ban',
  title: 'Born-again networks',
  summary:
    'The student teaches a fresh copy of itself, generation after generation; the first learns from the teacher.',
  paper: {
    title: 'Born Again Neural Networks',
    venue: 'ICML 2018',
    arxiv: '1805.04770',
    equations: 'section 3, sequence of teaching selves',
  },
  formula:
    'generation k: L = ceWeight * CE(softmax(z_k), y) + kdWeight * T^2 * KL( softmax(z_k-1 / T) || softmax(z_k / T) ), z_0 the teacher’s logits',
  departures: [
    'KL divergence instead of the cross-entropy with the teacher’s output: the gradient is the same.',
    'The first teacher is the configured one, of any architecture; the paper’s is a network like the student.',
    'The ensemble of generations and the permuted and confidence-weighted variants are not part of it.',
  ],
  options,
  objective: (settings) => generation(settings),
  assistants: (settings, student) =>
    Array.from({ length: settings.generations - 1 }, (_, i) => ({
      label: `generation${i + 1}`,
      model: student,
      teachers: 'last',
      objective: generation(settings),
      identity: ['ban', i + 1, settings.temperature, settings.ceWeight, settings.kdWeight],
    })),
})

const generation = ({ temperature, ceWeight, kdWeight }: z.output<typeof options>): Objective =>
  objective({
    weights: { ce: ceWeight, kd: kdWeight },
    scalars: { temperature },
    terms: ({ student, teachers, target, scalars }) => ({
      ce: labelLoss(student.logits, target),
      kd: temperedKl(lastTeacher(teachers).logits, student.logits, scalars.temperature),
    }),
  })
