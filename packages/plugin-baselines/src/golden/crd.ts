import { type GoldenCase, type GoldenDefinition, type GoldenOutcome, defineGolden, tf, z } from '@umbra/core'
import { goldenHyper, goldenInput, goldenParts, goldenRepeats } from '@umbra/core/testing'
import type { Rank, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { contrast } from '../crd/contrast.js'
import { crd } from '../methods/crd.js'
import { evaluateLoss } from './feature-case.js'

const options = z.strictObject({})

const TRAINED = ['student_feat', 'embed_s_weight', 'embed_s_bias', 'embed_t_weight', 'embed_t_bias'] as const

/** Published numbers of CRD, by the method's own objective; the drawn negatives of a case become its counts. */
export const crdGolden: GoldenDefinition<typeof options> = defineGolden({
  id: 'crd',
  summary: 'Features, embeddings, memories and drawn negatives of one forward pass.',
  options,
  evaluate: (golden) => {
    const { inputs } = golden
    const run = forward(golden)
    const trained = Object.fromEntries(TRAINED.map((name) => [name, goldenInput(golden, name)]))
    const result = evaluateLoss(trained, (values) => ({
      loss: tf.mean(run({ ...inputs, ...values }).terms.crd!),
    }))
    return { ...result, ...measures(golden, run(inputs).state!) }
  },
})

function forward(
  golden: GoldenCase,
): (values: Readonly<Record<string, Tensor>>) => ReturnType<ReturnType<typeof crd.objective>['terms']> {
  const { inputs } = golden
  const given = hyperOf(golden)
  const objective = crd.objective(
    crd.options.parse({
      negatives: given.K,
      dimension: given.feat_dim,
      contrastTemperature: given.T,
      momentum: given.momentum,
    }),
    goldenParts,
  )
  const batch = inputs.idx!.shape[0]
  const logits = tf.zeros<Rank.R2>([batch, 2])
  return (values) =>
    objective.terms(
      {
        labels: tf.zeros([batch], 'int32'),
        ids: tf.cast(inputs.idx as Tensor1D, 'int32'),
        student: { logits, taps: { pooled: values.student_feat! } },
        teachers: [{ logits, taps: { pooled: inputs.teacher_feat! } }],
        peers: [],
        feeds: { counts: countsOf(golden) },
        scalars: { temperature: tf.scalar(4) },
        seed: tf.tensor1d([0, 0], 'int32'),
      },
      {
        studentKernel: tf.transpose(values.embed_s_weight!),
        studentBias: values.embed_s_bias!,
        teacherKernel: tf.transpose(values.embed_t_weight!),
        teacherBias: values.embed_t_bias!,
      },
      {
        studentMemory: inputs.memory_v1!,
        teacherMemory: inputs.memory_v2!,
        studentZ: tf.tensor1d([given.Z_v1 ?? 0]),
        teacherZ: tf.tensor1d([given.Z_v2 ?? 0]),
      },
    )
}

const hyper = z.strictObject({
  n_data: z.int().optional(),
  K: z.int().min(1),
  feat_dim: z.int().min(1),
  T: z.number().gt(0),
  momentum: z.number(),
  Z_v1: z.number().optional(),
  Z_v2: z.number().optional(),
})

function hyperOf(golden: GoldenCase): z.output<typeof hyper> {
  goldenRepeats(golden, 'n_data', goldenInput(golden, 'memory_v1').shape[0])
  goldenRepeats(golden, 'K', goldenInput(golden, 'contrast_idx').shape[1]! - 1)
  goldenRepeats(golden, 'feat_dim', goldenInput(golden, 'embed_s_weight').shape[0])
  return goldenHyper(golden, hyper)
}

/** The negatives are columns 1 and later of `contrast_idx`. */
function countsOf({ inputs }: GoldenCase): Tensor2D {
  const drawn = tf.cast(inputs.contrast_idx as Tensor2D, 'int32')
  const [batch, columns] = drawn.shape
  const negatives = tf.slice(drawn, [0, 1], [batch, columns - 1])
  return tf.sum(tf.cast(tf.oneHot(negatives, inputs.memory_v1!.shape[0]), 'float32'), 1)
}

/** The losses of the two directions, scores of the drawn samples, and the memory rows after the update. */
function measures(golden: GoldenCase, state: Readonly<Record<string, Tensor>>): GoldenOutcome {
  const { inputs } = golden
  const { K, T } = hyperOf(golden)
  const ids = tf.cast(inputs.idx as Tensor1D, 'int32')
  const unit = (feature: string, network: 's' | 't'): Tensor2D => {
    const mapped = tf.matMul(
      inputs[feature] as Tensor2D,
      inputs[`embed_${network}_weight`] as Tensor2D,
      false,
      true,
    )
    const shifted = tf.add<Tensor2D>(mapped, inputs[`embed_${network}_bias`]!)
    return tf.div(shifted, tf.norm(shifted, 2, 1, true))
  }
  const shared = { ids, counts: countsOf(golden), negatives: K, temperature: T }
  const s = contrast({
    ...shared,
    embedding: unit('student_feat', 's'),
    memory: inputs.memory_v2 as Tensor2D,
    normaliser: state.studentZ!,
  })
  const t = contrast({
    ...shared,
    embedding: unit('teacher_feat', 't'),
    memory: inputs.memory_v1 as Tensor2D,
    normaliser: state.teacherZ!,
  })
  const drawn = tf.cast(inputs.contrast_idx as Tensor2D, 'int32')
  return {
    terms: {
      s_loss: tf.mean(s.loss),
      t_loss: tf.mean(t.loss),
      Z_v1: tf.squeeze(state.studentZ!),
      Z_v2: tf.squeeze(state.teacherZ!),
    },
    extra: {
      out_v1: tf.gather(s.scores, drawn, 1, 1),
      out_v2: tf.gather(t.scores, drawn, 1, 1),
      updated_memory_v1_rows: tf.gather(state.studentMemory!, ids),
      updated_memory_v2_rows: tf.gather(state.teacherMemory!, ids),
    },
  }
}
