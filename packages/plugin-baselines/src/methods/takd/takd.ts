import {
  type MethodDefinition,
  type Objective,
  complement,
  defineMethod,
  labelLoss,
  objective,
  positiveScheduledSchema,
  shareSchema,
  temperedKl,
  tf,
  z,
} from '@umbra/core'
import { lastTeacher } from '../../shared/last-teacher.js'
import { modelChoice, modelChoiceSchema } from '../../shared/model-choice.js'

const options = z.strictObject({
  assistants: z
    .array(modelChoiceSchema)
    .default(['resnet20'])
    .describe(
      'Models between teacher and student, the largest first: ids, or { id, options }. Each is trained on the one before it; none is plain distillation',
    ),
  temperature: positiveScheduledSchema.default(5).describe('T, above 0: softens both networks'),
  lambda: shareSchema.default(0.5).describe('Share of the soft targets, 0 to 1; the labels get 1 - lambda'),
  variant: z
    .enum(['sound', 'as-released'])
    .default('sound')
    .describe('as-released divides KL by the number of classes, as the authors’ code does'),
})

/** Distillation through a chain of assistants. Terms: `ce`, and `kd = T^2 KL(last of the chain || student)`. */
export const takd: MethodDefinition<typeof options> = defineMethod({
  id: 'takd',
  title: 'Teacher assistant knowledge distillation',
  summary:
    'Assistants of sizes between teacher and student are distilled one after the other; the last one teaches.',
  paper: {
    title: 'Improved Knowledge Distillation via Teacher Assistant',
    venue: 'AAAI 2020',
    arxiv: '1902.03393',
    equations: '1 to 3',
  },
  formula:
    'each stage: L = (1 - lambda) * CE(softmax(z_s), y) + lambda * T^2 * KL( softmax(z_m / T) || softmax(z_s / T) ), m the model before it in the chain',
  departures: [
    'The authors’ code averages KL over classes as well, so that lambda depends on their number; `variant: as-released` does the same.',
    'lambda and T are searched for each pair in the paper; the defaults are the authors’ choice for ResNet-110 to ResNet-20.',
    'Assistants are trained with the recipe of the student.',
  ],
  options,
  objective: (settings) => chainLink(settings),
  assistants: (settings) =>
    settings.assistants.map((assistant, i) => ({
      label: `ta${i + 1}`,
      model: modelChoice(assistant),
      teachers: 'last',
      objective: chainLink(settings),
      identity: ['takd', settings.temperature, settings.lambda, settings.variant],
    })),
})

const chainLink = ({ temperature, lambda, variant }: z.output<typeof options>): Objective =>
  objective({
    weights: { ce: complement(lambda), kd: lambda },
    scalars: { temperature },
    terms: ({ student: { logits }, teachers, target, scalars }) => {
      const kd = temperedKl(lastTeacher(teachers).logits, logits, scalars.temperature)
      return {
        ce: labelLoss(logits, target),
        kd: variant === 'sound' ? kd : tf.div(kd, logits.shape[1]),
      }
    },
  })
