import { type GoldenCase, type TensorRecord, entryOf, tf, z } from '@umbra/core'
import {
  type EvaluatedTerms,
  evaluateTerms,
  goldenInput,
  goldenParts,
  goldenRepeats,
} from '@umbra/core/testing'
import { type GoldenFamily, goldenFamily } from '../../shared/golden-family.js'
import { evaluateLoss } from '../../shared/golden-loss.js'
import { contrast } from './contrast.js'
import { crd } from './crd.js'

const hyper = z.strictObject({
  n_data: z.int().optional(),
  K: z.int().min(1),
  feat_dim: z.int().min(1),
  T: z.number().gt(0),
  momentum: z.number(),
  Z_v1: z.number().optional(),
  Z_v2: z.number().optional(),
})
type Hyper = z.output<typeof hyper>

const TRAINED = ['student_feat', 'embed_s_weight', 'embed_s_bias', 'embed_t_weight', 'embed_t_bias'] as const

/** Published numbers of CRD, by the method's own objective; the drawn negatives of a case become its counts. */
export const crdGolden: GoldenFamily = goldenFamily({
  id: 'crd',
  summary: 'Features, embeddings, memories and drawn negatives of one forward pass.',
  hyper,
  evaluate: (golden, settings) => {
    repeatsInputs(golden)
    const trained = Object.fromEntries(TRAINED.map((name) => [name, goldenInput(golden, name)]))
    const { loss, grads } = evaluateLoss(trained, (values) => ({
      loss: tf.mean(entryOf(run(withInputs(golden, values), settings).terms, 'crd')),
    }))
    return { loss, grads, ...measures(golden, settings, run(golden, settings).state ?? {}) }
  },
})

function repeatsInputs(golden: GoldenCase): void {
  goldenRepeats(golden, 'n_data', matrix(golden, 'memory_v1').shape[0])
  goldenRepeats(golden, 'K', matrix(golden, 'contrast_idx').shape[1] - 1)
  goldenRepeats(golden, 'feat_dim', matrix(golden, 'embed_s_weight').shape[0])
}

const matrix = (golden: GoldenCase, name: string) => goldenInput(golden, name) as tf.Tensor2D
const idsOf = (golden: GoldenCase) => tf.cast(goldenInput(golden, 'idx') as tf.Tensor1D, 'int32')
const withInputs = (golden: GoldenCase, values: TensorRecord): GoldenCase => ({
  ...golden,
  inputs: { ...golden.inputs, ...values },
})

function run(golden: GoldenCase, { K, feat_dim, T, momentum, Z_v1 = 0, Z_v2 = 0 }: Hyper): EvaluatedTerms {
  const input = (name: string) => goldenInput(golden, name)
  const options = crd.options.parse({ negatives: K, dimension: feat_dim, contrastTemperature: T, momentum })
  const ids = idsOf(golden)
  const logits = tf.zeros<tf.Rank.R2>([ids.shape[0], 2])
  return evaluateTerms(crd.objective(options, goldenParts), {
    student: { logits, taps: { pooled: input('student_feat') } },
    teachers: [{ logits, taps: { pooled: input('teacher_feat') } }],
    labels: tf.zeros(ids.shape, 'int32'),
    batch: { ids, feeds: { negatives: countsOf(golden) } },
    variables: {
      studentKernel: tf.transpose(input('embed_s_weight')),
      studentBias: input('embed_s_bias'),
      teacherKernel: tf.transpose(input('embed_t_weight')),
      teacherBias: input('embed_t_bias'),
    },
    state: {
      studentMemory: input('memory_v1'),
      teacherMemory: input('memory_v2'),
      studentZ: tf.tensor1d([Z_v1]),
      teacherZ: tf.tensor1d([Z_v2]),
    },
  })
}

/** The negatives are columns 1 and later of `contrast_idx`. */
function countsOf(golden: GoldenCase): tf.Tensor2D {
  const drawn = tf.cast(matrix(golden, 'contrast_idx'), 'int32')
  const [batch, columns] = drawn.shape
  const negatives = tf.slice(drawn, [0, 1], [batch, columns - 1])
  const samples = matrix(golden, 'memory_v1').shape[0]
  return tf.sum(tf.cast(tf.oneHot(negatives, samples), 'float32'), 1)
}

/** The losses of the two directions, scores of the drawn samples, and the memory rows after the update. */
function measures(golden: GoldenCase, { K, T }: Hyper, state: TensorRecord) {
  const ids = idsOf(golden)
  const unit = (feature: string, network: 's' | 't'): tf.Tensor2D => {
    const mapped = tf.matMul(matrix(golden, feature), matrix(golden, `embed_${network}_weight`), false, true)
    const shifted = tf.add<tf.Tensor2D>(mapped, goldenInput(golden, `embed_${network}_bias`))
    return tf.div(shifted, tf.norm(shifted, 2, 1, true))
  }
  const [studentZ, teacherZ] = [entryOf(state, 'studentZ'), entryOf(state, 'teacherZ')]
  const batch = { ids, negatives: { counts: countsOf(golden) }, count: K, temperature: T }
  const [gs, gt] = [unit('student_feat', 's'), unit('teacher_feat', 't')]
  const s = contrast({
    ...batch,
    embedding: gs,
    memory: matrix(golden, 'memory_v2'),
    normaliser: studentZ,
  })
  const t = contrast({
    ...batch,
    embedding: gt,
    memory: matrix(golden, 'memory_v1'),
    normaliser: teacherZ,
  })
  const drawn = tf.cast(matrix(golden, 'contrast_idx'), 'int32')
  const scores = (g: tf.Tensor2D, memory: string, z: tf.Tensor): tf.Tensor =>
    tf.div(tf.exp(tf.div(tf.matMul(g, matrix(golden, memory), false, true), T)), z)
  return {
    terms: {
      s_loss: tf.mean(s.loss),
      t_loss: tf.mean(t.loss),
      Z_v1: tf.squeeze(studentZ),
      Z_v2: tf.squeeze(teacherZ),
    },
    extra: {
      out_v1: tf.gather(scores(gs, 'memory_v2', studentZ), drawn, 1, 1),
      out_v2: tf.gather(scores(gt, 'memory_v1', teacherZ), drawn, 1, 1),
      updated_memory_v1_rows: tf.gather(entryOf(state, 'studentMemory'), ids),
      updated_memory_v2_rows: tf.gather(entryOf(state, 'teacherMemory'), ids),
    },
  }
}
