import {
  type MethodDefinition,
  type Objective,
  type StaticShapes,
  type TensorRecord,
  UmbraError,
  crossEntropy,
  defineMethod,
  namedSeed,
  positiveScheduledSchema,
  scheduledAtLeast,
  tf,
  z,
} from '@umbra/core'
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core'
import { contrast, unitRows, updateMemory } from '../crd/contrast.js'
import { drawNegatives } from '../crd/draw-negatives.js'
import { toRows } from '../features/layout.js'
import { sameClasses } from '../parts/same-classes.js'
import { temperedKl } from '../parts/tempered-kl.js'

const options = z.strictObject({
  studentTap: z.string().default('pooled').describe('Student feature that is embedded; maps are flattened'),
  teacherTap: z.string().default('pooled').describe('Teacher feature that is embedded; maps are flattened'),
  dimension: z.int().min(1).default(128).describe('Length of the embeddings'),
  negatives: z
    .int()
    .min(1)
    .default(16384)
    .describe('K, negatives for each sample, all of other classes; at most the samples there are'),
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
  teachers: { min: 1, max: 1 },
  departures: [
    'Scores are computed against the whole memory and weighted by how often a sample was drawn: the same sums as over gathered rows, with less memory traffic.',
    'Follows the authors’ code in adding 1e-7 to the denominators, in detaching Z, and in training the teacher’s embedding too.',
  ],
  options,
  objective: (chosen): Objective => {
    const { studentTap, teacherTap, momentum } = chosen
    return {
      weights: { ce: chosen.ceWeight, kd: chosen.kdWeight, crd: chosen.crdWeight },
      scalars: { temperature: chosen.temperature },
      taps: { student: [studentTap], teacher: [teacherTap] },
      feeds: (context) => ({
        counts: {
          shape: [context.labels.length, context.allLabels.length],
          data: drawNegatives(context, Math.min(chosen.negatives, context.allLabels.length)),
        },
      }),
      prepare: (shapes, seed) => {
        sameClasses(shapes)
        manyClasses(shapes)
        return prepareBanks(shapes, seed, chosen)
      },
      terms: ({ student, teachers, labels, ids, feeds, scalars }, variables, state) => {
        const gs = embed(student.taps[studentTap]!, variables, 'student')
        const gt = embed(teachers[0]!.taps[teacherTap]!, variables, 'teacher')
        const samples = state.studentMemory!.shape[0]
        const shared = {
          ids,
          counts: feeds.counts as Tensor2D,
          negatives: Math.min(chosen.negatives, samples),
          temperature: chosen.contrastTemperature,
        }
        const memories = { s: state.studentMemory as Tensor2D, t: state.teacherMemory as Tensor2D }
        const ofStudent = { embedding: gs, memory: memories.t, normaliser: state.studentZ! }
        const ofTeacher = { embedding: gt, memory: memories.s, normaliser: state.teacherZ! }
        const s = contrast({ ...shared, ...ofStudent })
        const t = contrast({ ...shared, ...ofTeacher })
        return {
          terms: {
            ce: crossEntropy(tf.logSoftmax(student.logits), labels),
            kd: temperedKl(teachers[0]!.logits, student.logits, scalars.temperature!),
            crd: tf.add(s.loss, t.loss),
          },
          state: {
            studentMemory: updateMemory(memories.s, gs, ids, momentum),
            teacherMemory: updateMemory(memories.t, gt, ids, momentum),
            studentZ: s.normaliser,
            teacherZ: t.normaliser,
          },
        }
      },
    }
  },
})

/** Without a second class there is no negative. */
function manyClasses({ labels }: StaticShapes): void {
  if (labels.some((label) => label !== labels[0])) return
  throw new UmbraError('UMBRA_CLASSES', {
    subject: 'negatives of method "crd"',
    expected: 'training samples of at least two classes',
    received: 'one class',
    remedy: 'Train on more samples',
  })
}

function prepareBanks(
  { samples, student, teachers }: StaticShapes,
  seed: number,
  { studentTap, teacherTap, dimension }: z.output<typeof options>,
): { variables: TensorRecord; state: TensorRecord } {
  const uniform = (name: string, shape: [number, number] | [number], bound: number): Tensor =>
    tf.randomUniform(shape, -bound, bound, 'float32', namedSeed(seed, name))
  const linear = (name: string, shape: readonly number[]): Record<string, Tensor> => {
    const width = shape.slice(1).reduce((a, b) => a * b, 1)
    const bound = 1 / Math.sqrt(width)
    return {
      [`${name}Kernel`]: uniform(`${name}Kernel`, [width, dimension], bound),
      [`${name}Bias`]: uniform(`${name}Bias`, [dimension], bound),
    }
  }
  const bank = (name: string): Tensor => uniform(name, [samples, dimension], Math.sqrt(3 / dimension))
  return {
    variables: {
      ...linear('student', student.taps[studentTap]!),
      ...linear('teacher', teachers[0]!.taps[teacherTap]!),
    },
    state: {
      studentMemory: bank('studentMemory'),
      teacherMemory: bank('teacherMemory'),
      studentZ: tf.zeros([1]),
      teacherZ: tf.zeros([1]),
    },
  }
}

/** `[batch, ...]` to unit rows `[batch, dimension]`. */
function embed(feature: Tensor, variables: TensorRecord, name: 'student' | 'teacher'): Tensor2D {
  const flat = toRows(feature)
  const mapped = tf.matMul(flat, variables[`${name}Kernel`] as Tensor2D)
  return unitRows(tf.add(mapped, variables[`${name}Bias`]!))
}
