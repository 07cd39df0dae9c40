import {
  type ComposedTargets,
  type MethodDefinition,
  type Objective,
  type PartLookup,
  type Prepared,
  type StaticShapes,
  type TensorRecord,
  UmbraError,
  composeTargets,
  crossEntropy,
  defineMethod,
  detach,
  namedSeed,
  positiveScheduledSchema,
  scheduledAtLeast,
  softCrossEntropy,
  tf,
  z,
} from '@umbra/core'
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { bankContrast, infoNce, movedMemory, otherClasses, unitRows } from '../contrast/losses.js'
import { sameClasses } from '../same-classes.js'
import { weightingOptions } from './mkd-options.js'

const partOptions = (of: string) =>
  z.record(z.string(), z.unknown()).default({}).describe(`Options of the ${of}, as its own schema has them`)

const options = z.strictObject({
  ...weightingOptions,
  softening: z.string().min(1).default('shared').describe('Id of the softening of each teacher’s logits'),
  softeningOptions: partOptions('softening'),
  enhancement: z.string().min(1).default('none').describe('Id of the enhancement of each target, or none'),
  enhancementOptions: partOptions('enhancement'),
  form: z
    .enum(['crd', 'infonce'])
    .default('crd')
    .describe('crd: against memories of the whole training set; infonce: within the batch'),
  studentTap: z
    .string()
    .min(1)
    .default('pooled')
    .describe('Student feature that is embedded; maps are flattened'),
  teacherTap: z.string().min(1).default('pooled').describe('Feature of each teacher that is embedded'),
  dimension: z.int().min(1).default(128).describe('Length of the embeddings'),
  negatives: z
    .int()
    .min(1)
    .default(16384)
    .describe('K of form crd: negatives a sample counts as having; at most the samples there are'),
  contrastTemperature: z
    .number()
    .gt(0)
    .optional()
    .describe('Temperature of the scores, above 0; 0.07 for crd and 0.2 for infonce when left out'),
  momentum: z
    .number()
    .min(0)
    .lt(1)
    .default(0.5)
    .describe('Share of a memory row that stays at its update, 0 up to but not 1'),
  ceWeight: scheduledAtLeast(0).default(1).describe('Weight of the cross-entropy with the labels, 0 or more'),
  softWeight: scheduledAtLeast(0).default(1).describe('Weight of tau_s^2 soft cross-entropy, 0 or more'),
  contrastWeight: scheduledAtLeast(0)
    .default(0.8)
    .describe('Weight of the contrast of all teachers, 0 or more'),
  studentTemperature: positiveScheduledSchema.default(4).describe('tau_s, above 0: softens the student'),
})

type Options = z.output<typeof options>

/** Terms: `ce`, `softCe = sum_k w_k tau_s^2 SoftCE(p_k, s)`, `contrast = sum_k w_k L_con(T_k, S)`. */
function mtcdObjective(chosen: Options, parts: PartLookup): Objective {
  const weighting = parts.weighting(chosen.weighting, chosen.weightingOptions)
  const targets = composeTargets(parts, chosen)
  return {
    weights: { ce: chosen.ceWeight, softCe: chosen.softWeight, contrast: chosen.contrastWeight },
    scalars: { ...targets.scalars, studentTemperature: chosen.studentTemperature },
    taps: { student: [chosen.studentTap], teacher: [chosen.teacherTap] },
    prepare: (shapes, seed) => {
      sameClasses(shapes)
      return prepared(shapes, seed, chosen, targets)
    },
    terms: (batch, variables, state) => {
      const { student, teachers, labels, ids, scalars } = batch
      const t = scalars.studentTemperature!
      const logits = teachers.map((teacher) => teacher.logits)
      const weights = detach(weighting.apply(logits, labels, student.logits))
      const next: Record<string, Tensor> = {}
      const logStudent: Tensor2D = tf.logSoftmax(tf.div(student.logits, t))
      const soft = logits.map((z, k) => {
        const target = targets.apply(z, labels, scalars, state, `teacher${k}.`)
        Object.assign(next, target.state)
        return softCrossEntropy(target.logProbabilities, logStudent)
      })
      const contrast = teachers.map((teacher, k) => {
        const own = embed(student.taps[chosen.studentTap]!, variables, `student${k}`)
        const theirs = embed(teacher.taps[chosen.teacherTap]!, variables, `teacher${k}`)
        if (chosen.form === 'infonce') return infoNce(own, theirs, labels, chosen.contrastTemperature ?? 0.2)
        const result = bothDirections({ own, theirs, labels, ids, state, k, chosen })
        Object.assign(next, result.state)
        return result.loss
      })
      if (chosen.form === 'crd') next.bankLabels = state.bankLabels!
      const weighted = (each: readonly Tensor1D[]): Tensor1D =>
        tf.sum(tf.mul(weights, tf.stack([...each], 1)), 1)
      return {
        terms: {
          ce: crossEntropy(tf.logSoftmax(student.logits), labels),
          softCe: tf.mul(weighted(soft), tf.square(t)),
          contrast: weighted(contrast),
        },
        ...(Object.keys(next).length > 0 && { state: next }),
      }
    },
  }
}

interface Pair {
  readonly own: Tensor2D
  readonly theirs: Tensor2D
  readonly labels: Tensor1D
  readonly ids: Tensor1D
  readonly state: TensorRecord
  readonly k: number
  readonly chosen: Options
}

/** The student against the teacher's memory and the other way round. */
function bothDirections({ own, theirs, labels, ids, state, k, chosen }: Pair): {
  loss: Tensor1D
  state: TensorRecord
} {
  const memories = {
    student: state[`studentMemory${k}`] as Tensor2D,
    teacher: state[`teacherMemory${k}`] as Tensor2D,
  }
  const shared = {
    ids,
    others: otherClasses(tf.cast<Tensor1D>(labels, 'float32'), state.bankLabels as Tensor1D),
    negatives: Math.min(chosen.negatives, memories.student.shape[0]),
    temperature: chosen.contrastTemperature ?? 0.07,
  }
  const z = { student: state[`studentZ${k}`]!, teacher: state[`teacherZ${k}`]! }
  const s = bankContrast({ ...shared, embedding: own, memory: memories.teacher, normaliser: z.student })
  const t = bankContrast({ ...shared, embedding: theirs, memory: memories.student, normaliser: z.teacher })
  return {
    loss: tf.add(s.loss, t.loss),
    state: {
      [`studentMemory${k}`]: movedMemory(memories.student, own, ids, chosen.momentum),
      [`teacherMemory${k}`]: movedMemory(memories.teacher, theirs, ids, chosen.momentum),
      [`studentZ${k}`]: s.normaliser,
      [`teacherZ${k}`]: t.normaliser,
    },
  }
}

function prepared(shapes: StaticShapes, seed: number, chosen: Options, targets: ComposedTargets): Prepared {
  const { samples, student, teachers, labels, classes } = shapes
  if (chosen.form === 'crd' && labels.every((label) => label === labels[0]))
    throw new UmbraError('UMBRA_CLASSES', {
      subject: 'negatives of multi-teacher contrastive distillation',
      expected: 'training samples of at least two classes',
      received: 'one class',
      remedy: 'Train on more samples',
    })
  const { dimension } = chosen
  const variables: Record<string, Tensor> = {}
  const state: Record<string, Tensor> = {}
  const uniform = (name: string, shape: [number, number], bound: number): Tensor =>
    tf.randomUniform(shape, -bound, bound, 'float32', namedSeed(seed, name))
  const linear = (name: string, shape: readonly number[]): void => {
    const width = shape.slice(1).reduce((a, b) => a * b, 1)
    variables[`${name}.kernel`] = uniform(`${name}.kernel`, [width, dimension], 1 / Math.sqrt(width))
    variables[`${name}.bias`] = tf.zeros([dimension])
  }
  for (const [k, teacher] of teachers.entries()) {
    linear(`student${k}`, student.taps[chosen.studentTap]!)
    linear(`teacher${k}`, teacher.taps[chosen.teacherTap]!)
    Object.assign(state, targets.state(classes, `teacher${k}.`))
    if (chosen.form !== 'crd') continue
    for (const name of ['studentMemory', 'teacherMemory']) {
      const rows = uniform(`${name}${k}`, [samples, dimension], 1) as Tensor2D
      state[`${name}${k}`] = unitRows(rows)
      rows.dispose()
    }
    state[`studentZ${k}`] = tf.zeros([1])
    state[`teacherZ${k}`] = tf.zeros([1])
  }
  if (chosen.form === 'crd') state.bankLabels = tf.tensor1d(Float32Array.from(labels))
  return { variables, state }
}

/** `[batch, ...]` to unit rows `[batch, dimension]`. */
function embed(feature: Tensor, variables: TensorRecord, name: string): Tensor2D {
  const flat: Tensor2D = tf.reshape(feature, [feature.shape[0], -1])
  const mapped = tf.matMul(flat, variables[`${name}.kernel`] as Tensor2D)
  return unitRows(tf.add(mapped, variables[`${name}.bias`]!))
}

const formula =
  'L = ceWeight * CE + softWeight * sum_k w_k tau_s^2 ( - sum_c p_kc log softmax(z_s / tau_s)_c ) + contrastWeight * sum_k w_k L_con(T_k, S), p_k = enhance(soften(z_k, y), y), sum_k w_k = 1; L_con: CRD against memories (both directions) or InfoNCE in the batch, negatives of other classes only'

const departures = [
  'The paper’s text on the contrast could not be read: this is the ensemble of CRD (sum over teachers, from its authors) with weights that sum to 1, so that the number of teachers does not change the scale.',
  'Form crd takes the average over draws of K negatives, all samples of other classes weighted evenly, instead of one draw: the same expected loss without noise.',
  'Both embeddings of a pair are trained, as in CRD’s code; Z is fixed at the first batch and detached.',
]

/** Contrast with several teachers. */
export const mtcd: MethodDefinition<typeof options> = defineMethod({
  id: 'mtcd',
  title: 'Multi-teacher contrastive distillation',
  summary:
    'The embedding of an image is drawn to that of each teacher and apart from other classes, beside weighted soft targets.',
  paper: {
    title: 'Contrastive Representation Distillation',
    venue: 'ICLR 2020',
    arxiv: '1910.10699',
    equations: '17 to 19; section 4.4 for several teachers',
  },
  formula,
  teachers: { min: 1, max: 16 },
  departures,
  options,
  objective: mtcdObjective,
})

const umbraOptions = options.extend({
  softening: options.shape.softening.default('ats'),
  enhancement: options.shape.enhancement.default('power'),
  ceWeight: options.shape.ceWeight.default(0.5),
  softWeight: options.shape.softWeight.default(0.5),
  studentTemperature: options.shape.studentTemperature.default(1),
})

/** The whole: calibrated softening, enhancement, contrast with several teachers. */
export const umbra: MethodDefinition<typeof umbraOptions> = defineMethod({
  id: 'umbra',
  title: 'Calibrated, enhanced, contrasted',
  summary:
    'The full method: asymmetric temperatures, more distinct wrong classes, and contrast with several teachers.',
  paper: {
    title: 'Exploring Dark Knowledge under Various Teacher Capacities and Addressing Capacity Mismatch',
    venue: 'Frontiers of Computer Science 20(6), 2026',
    arxiv: '2405.13078',
  },
  formula,
  teachers: { min: 1, max: 16 },
  departures: [
    ...departures,
    'The composition and its weights are this project’s; the weights 0.5 are those of ATS.',
  ],
  options: umbraOptions,
  objective: mtcdObjective,
})
