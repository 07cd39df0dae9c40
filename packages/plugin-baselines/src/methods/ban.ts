import {
  type MethodDefinition,
  type Objective,
  crossEntropy,
  defineMethod,
  positiveScheduledSchema,
  scheduledAtLeast,
  tf,
  z,
} from '@umbra/core'
import { sameClasses } from '../parts/same-classes.js'
import { temperedKl } from '../parts/tempered-kl.js'

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
  teachers: { min: 1, max: 1 },
  departures: [
    'KL divergence instead of the cross-entropy with the teacher’s output: the gradient is the same.',
    'The first teacher is the configured one, of any architecture; the paper’s is a network like the student.',
    'The ensemble of generations and the permuted and confidence-weighted variants are not part of it.',
  ],
  options,
  objective: (chosen) => generation(chosen),
  assistants: (chosen, student) =>
    Array.from({ length: chosen.generations - 1 }, (_, i) => ({
      label: `generation${i + 1}`,
      model: student,
      teachers: 'last',
      objective: generation(chosen),
      identity: ['ban', i + 1, chosen.temperature, chosen.ceWeight, chosen.kdWeight],
    })),
})

const generation = ({ temperature, ceWeight, kdWeight }: z.output<typeof options>): Objective => ({
  weights: { ce: ceWeight, kd: kdWeight },
  scalars: { temperature },
  prepare: (shapes) => {
    sameClasses(shapes)
    return {}
  },
  terms: ({ student, teachers, labels, scalars }) => ({
    terms: {
      ce: crossEntropy(tf.logSoftmax(student.logits), labels),
      kd: temperedKl(teachers.at(-1)!.logits, student.logits, scalars.temperature!),
    },
  }),
})
