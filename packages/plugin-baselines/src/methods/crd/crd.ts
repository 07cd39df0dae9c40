import {
  type Feed,
  type FeedContext,
  type MethodDefinition,
  type NamedShapes,
  UmbraError,
  defineMethod,
  entryOf,
  labelLoss,
  namedSeed,
  objective,
  positiveScheduledSchema,
  scheduledAtLeast,
  temperedKl,
  tf,
  z,
} from '@umbra/core'
import { flatWidth, toRows } from '../../shared/layout.js'
import { type Negatives, contrast, unitRows, updateMemory } from './contrast.js'
import { drawCounts, drawIds } from './draw-negatives.js'
import { contrastBytes, scoresAll } from './contrast-cost.js'

const options = z.strictObject({
  studentTap: z.string().default('pooled').describe('Student feature that is embedded; maps are flattened'),
  teacherTap: z.string().default('pooled').describe('Teacher feature that is embedded; maps are flattened'),
  dimension: z.int().min(1).default(128).describe('Length of the embeddings'),
  negatives: z
    .int()
    .min(1)
    // Counts are float32, which has every whole number up to here.
    .max(2 ** 24)
    .default(16384)
    .describe(
      'K, negatives for each sample, all of other classes; drawn with replacement where those have fewer samples',
    ),
  contrastTemperature: z.number().gt(0).default(0.07).describe('Temperature of the scores, above 0'),
  momentum: z
    .number()
    .min(0)
    .lt(1)
    .default(0.5)
    .describe('Share of a memory row that stays at its update, 0 up to but not 1'),
  ceWeight: scheduledAtLeast(0).default(1).describe('Weight of the cross-entropy with the labels, 0 or more'),
  kdWeight: scheduledAtLeast(0).default(0).describe('Weight of T^2 KL, 0 or more; 1 for CRD + KD'),
  crdWeight: scheduledAtLeast(0).default(0.8).describe('Weight of the contrastive loss, 0 or more'),
  temperature: positiveScheduledSchema.default(4).describe('T of the term kd, above 0'),
})

/** Contrastive representation distillation. Terms: `ce`, `kd`, and `crd`, both directions of the contrast added. */
export const crd: MethodDefinition<typeof options> = defineMethod({
  id: 'crd',
  title: 'Contrastive representation distillation',
  summary:
    'Student and teacher embeddings of one image are drawn together, and apart from those of other classes in a memory.',
  paper: {
    title: 'Contrastive Representation Distillation',
    venue: 'ICLR 2020',
    arxiv: '1910.10699',
    equations: '10, 17 to 19',
  },
  formula:
    'L = ceWeight * CE + kdWeight * T^2 * KL + crdWeight * sum over both directions of [ -log(P+ / (P+ + K/N)) - sum_neg log((K/N) / (P- + K/N)) ], P = exp(<g, m> / contrastTemperature) / Z, Z fixed at the first batch',
  departures: [
    'Scores are computed against the rows drawn, or against the whole memory and weighted by how often a sample was drawn, whichever costs less: the same sums.',
    'Follows the authors’ code in adding 1e-7 to the denominators, in detaching Z, and in training the teacher’s embedding too.',
  ],
  options,
  objective: (settings) => {
    const { studentTap, teacherTap, momentum, negatives, contrastTemperature } = settings
    return objective({
      // Negatives are of other classes.
      labels: 'hard',
      weights: { ce: settings.ceWeight, kd: settings.kdWeight, crd: settings.crdWeight },
      scalars: { temperature: settings.temperature },
      taps: { student: [studentTap], teacher: [teacherTap] },
      feeds: (context) => ({ negatives: drawFeed(context, settings) }),
      memory: (sizes) => contrastBytes({ ...sizes, ...settings }),
      prepare: (shapes, seed) => {
        requireClasses(shapes)
        return prepareBanks(shapes, seed, settings)
      },
      terms: ({ student, teacher, target, ids, feeds, scalars, variables, state }) => {
        const { studentMemory, teacherMemory, studentZ, teacherZ } = state
        const gs = embed(student.tap(studentTap), variables.studentKernel, variables.studentBias)
        const gt = embed(teacher.tap(teacherTap), variables.teacherKernel, variables.teacherBias)
        const batch = {
          ids,
          negatives: negativesOf(entryOf(feeds, 'negatives') as tf.Tensor2D),
          count: negatives,
          temperature: contrastTemperature,
        }
        const s = contrast({ ...batch, embedding: gs, memory: teacherMemory, normaliser: studentZ })
        const t = contrast({ ...batch, embedding: gt, memory: studentMemory, normaliser: teacherZ })
        return [
          {
            ce: labelLoss(student.logits, target),
            kd: temperedKl(teacher.logits, student.logits, scalars.temperature),
            crd: tf.add(s.loss, t.loss),
          },
          {
            studentMemory: updateMemory(studentMemory, gs, ids, momentum),
            teacherMemory: updateMemory(teacherMemory, gt, ids, momentum),
            studentZ: s.normaliser,
            teacherZ: t.normaliser,
          },
        ]
      },
    })
  },
})

/** Counts or ids, whichever costs less to score with. */
function drawFeed(context: FeedContext, { negatives, dimension }: z.output<typeof options>): Feed {
  const { labels, allLabels } = context
  const sizes = { batch: labels.length, samples: allLabels.length, negatives, dimension }
  return scoresAll(sizes)
    ? { shape: [labels.length, allLabels.length], data: drawCounts(context, negatives) }
    : { shape: [labels.length, negatives], data: drawIds(context, negatives) }
}

/** Counts are floats, ids are not. */
const negativesOf = (feed: tf.Tensor2D): Negatives =>
  feed.dtype === 'int32' ? { drawn: feed } : { counts: feed }

/** Without a second class there is no negative. */
function requireClasses({ labels }: NamedShapes): void {
  if (labels.some((label) => label !== labels[0])) return
  throw new UmbraError('UMBRA_CLASSES', {
    subject: 'negatives of method "crd"',
    expected: 'training samples of at least two classes',
    received: 'one class',
    remedy: 'Train on more samples',
  })
}

function prepareBanks(
  { samples, student, teacher }: NamedShapes,
  seed: number,
  { studentTap, teacherTap, dimension }: z.output<typeof options>,
) {
  const uniform = <R extends tf.Rank>(name: string, shape: tf.ShapeMap[R], bound: number): tf.Tensor<R> =>
    tf.randomUniform<R>(shape, -bound, bound, 'float32', namedSeed(seed, name))
  const kernel = (name: string, width: number): tf.Tensor2D =>
    uniform<tf.Rank.R2>(name, [width, dimension], 1 / Math.sqrt(width))
  const bias = (name: string, width: number): tf.Tensor1D =>
    uniform<tf.Rank.R1>(name, [dimension], 1 / Math.sqrt(width))
  const bank = (name: string): tf.Tensor2D =>
    uniform<tf.Rank.R2>(name, [samples, dimension], Math.sqrt(3 / dimension))
  const [s, t] = [flatWidth(student.tap(studentTap)), flatWidth(teacher.tap(teacherTap))]
  return {
    variables: {
      studentKernel: kernel('studentKernel', s),
      studentBias: bias('studentBias', s),
      teacherKernel: kernel('teacherKernel', t),
      teacherBias: bias('teacherBias', t),
    },
    state: {
      studentMemory: bank('studentMemory'),
      teacherMemory: bank('teacherMemory'),
      studentZ: tf.zeros<tf.Rank.R1>([1]),
      teacherZ: tf.zeros<tf.Rank.R1>([1]),
    },
  }
}

/** `[batch, ...]` to unit rows `[batch, dimension]`. */
const embed = (feature: tf.Tensor, kernel: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor2D =>
  unitRows(tf.add(tf.matMul(toRows(feature), kernel), bias))
