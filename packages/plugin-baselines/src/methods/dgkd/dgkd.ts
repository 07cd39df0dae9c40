import {
  type MethodDefinition,
  type Objective,
  UmbraError,
  complement,
  defineMethod,
  entryOf,
  labelLoss,
  objective,
  positiveScheduledSchema,
  shareSchema,
  temperedKl,
  tf,
  z,
} from '@umbra/core'
import { modelChoice, modelChoiceSchema } from '../../shared/model-choice.js'

const options = z
  .strictObject({
    assistants: z
      .array(modelChoiceSchema)
      .default(['resnet20'])
      .describe(
        'Models between teacher and student, the largest first: ids, or { id, options }. Each learns from all before it',
      ),
    temperature: positiveScheduledSchema.default(5).describe('T, above 0: softens all networks'),
    lambda: shareSchema.default(1).describe('Share of the soft targets, 0 to 1; the labels get 1 - lambda'),
    drop: z
      .int()
      .min(0)
      .default(1)
      .describe(
        'Guides left out at each step, drawn at random among the teacher and the assistants; at most the number of assistants. Of fewer guides one stays',
      ),
    variant: z
      .enum(['sound', 'as-released'])
      .default('sound')
      .describe('as-released divides KL by the number of classes, as the authors’ code does'),
  })
  .refine(({ assistants, drop }) => drop <= Math.max(1, assistants.length), {
    error: 'expected at most the number of assistants, so that a guide stays',
    path: ['drop'],
  })

/** Guidance by the teacher and all assistants at once. Terms: `ce`, and `kd`, the sum of `T^2 KL` over the guides of the step. */
export const dgkd: MethodDefinition<typeof options> = defineMethod({
  id: 'dgkd',
  title: 'Densely guided knowledge distillation',
  summary:
    'Teacher and all assistants teach the student together; at each step one of them, drawn at random, is left out.',
  paper: {
    title: 'Densely Guided Knowledge Distillation using Multiple Teacher Assistants',
    venue: 'ICCV 2021',
    arxiv: '2009.08825',
  },
  formula:
    'L = (1 - lambda) * CE(softmax(z_s), y) + lambda * T^2 * sum over guides m not dropped of KL( softmax(z_m / T) || softmax(z_s / T) )',
  departures: [
    'The authors’ code averages KL over classes as well; `variant: as-released` does the same.',
    'lambda = 1, T = 5 and one guide dropped are the defaults of the authors’ training script.',
    'The script loads assistants trained beforehand; here each assistant is trained in a separate stage with this loss, guided by all before it.',
  ],
  options,
  objective: (settings) => guided(settings, 1 + settings.assistants.length),
  assistants: (settings) =>
    settings.assistants.map((assistant, i) => ({
      label: `ta${i + 1}`,
      model: modelChoice(assistant),
      teachers: 'all',
      objective: guided(settings, 1 + i),
      identity: ['dgkd', settings.temperature, settings.lambda, settings.drop, settings.variant],
    })),
})

const guided = (
  { temperature, lambda, drop, variant }: z.output<typeof options>,
  guides: number,
): Objective =>
  objective({
    weights: { ce: complement(lambda), kd: lambda },
    scalars: { temperature },
    feeds: ({ stream }) => ({
      kept: { shape: [guides], data: keptGuides(guides, drop, (i) => stream.uniform(i)) },
    }),
    prepare: (shapes) => {
      if (shapes.teachers.length !== guides)
        throw new UmbraError('UMBRA_TEACHERS', {
          subject: 'method "dgkd"',
          expected: `${guides} guides: the teacher and its assistants`,
          received: String(shapes.teachers.length),
        })
      return {}
    },
    terms: ({ student: { logits }, teachers, target, scalars, feeds }) => {
      const each = teachers.map((guide) => temperedKl(guide.logits, logits, scalars.temperature))
      const kept = tf.reshape(entryOf(feeds, 'kept'), [guides, 1])
      const kd = tf.sum<tf.Tensor1D>(tf.mul(tf.stack(each), kept), 0)
      return {
        ce: labelLoss(logits, target),
        kd: variant === 'sound' ? kd : tf.div(kd, logits.shape[1]),
      }
    },
  })

/** 1 for each guide that stays, 0 for the `drop` with the smallest draws; at least one stays. */
function keptGuides(guides: number, drop: number, draw: (guide: number) => number): Float32Array {
  const kept = new Float32Array(guides).fill(1)
  const order = [...kept.keys()].sort((a, b) => draw(a) - draw(b))
  // The first assistants have fewer guides than the student.
  for (const guide of order.slice(0, Math.min(drop, guides - 1))) kept[guide] = 0
  return kept
}
