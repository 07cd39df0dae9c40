import {
  type MethodDefinition,
  defineMethod,
  labelLoss,
  objective,
  positiveScheduledSchema,
  temperedKl,
  z,
} from '@umbra/core'

const options = z.strictObject({
  temperature: positiveScheduledSchema.default(4).describe('T, above 0: softens both networks'),
  ceWeight: z
    .number()
    .min(0)
    .default(0.1)
    .describe('Weight of the labels while the teacher teaches, 0 or more'),
  kdWeight: z.number().min(0).default(0.9).describe('Weight of T^2 KL while the teacher teaches, 0 or more'),
  stopEpoch: z
    .number()
    .min(0)
    .default(120)
    .describe(
      'Epochs, fractions allowed, after which the student learns from the labels alone, with weight 1',
    ),
})

/** Distillation that ends early. Terms: `ce`, and `kd = T^2 KL(teacher || student)`, whose weight falls to 0 at `stopEpoch`. */
export const eskd: MethodDefinition<typeof options> = defineMethod({
  id: 'eskd',
  title: 'Early-stopped knowledge distillation',
  summary:
    'A teacher stopped early teaches only the first part of the student’s training; the rest uses labels only.',
  paper: {
    title: 'On the Efficacy of Knowledge Distillation',
    venue: 'ICCV 2019',
    arxiv: '1910.01348',
  },
  formula:
    'L = ceWeight * CE(softmax(z_s), y) + kdWeight * T^2 * KL( softmax(z_t / T) || softmax(z_s / T) ) before stopEpoch, then L = CE(softmax(z_s), y)',
  departures: [
    'The teacher’s own early stop is not part of this method: train the teacher with a short, complete schedule by its `train.epochs`, about a third of the usual number.',
    'The authors released no code: T = 4, the weights 0.1 and 0.9, and half of 240 epochs before the stop are choices of this project.',
    'A run shorter than `stopEpoch` is plain distillation throughout; set it below the run’s epochs.',
  ],
  options,
  objective: ({ temperature, ceWeight, kdWeight, stopEpoch }) =>
    objective({
      weights: {
        ce: { kind: 'steps', values: [ceWeight, 1], milestones: [stopEpoch] },
        kd: { kind: 'steps', values: [kdWeight, 0], milestones: [stopEpoch] },
      },
      scalars: { temperature },
      terms: ({ student, teacher, target, scalars }) => ({
        ce: labelLoss(student.logits, target),
        kd: temperedKl(teacher.logits, student.logits, scalars.temperature),
      }),
    }),
})
