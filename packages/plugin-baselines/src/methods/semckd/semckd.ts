import { type MethodDefinition, type TensorRecord, defineMethod, scheduledAtLeast, tf, z } from '@umbra/core'
import type { AtLeastOne } from '../../shared/at-least-one.js'
import { convolutionVariables, convolve } from '../../shared/convolution.js'
import { embed, embeddingVariables } from '../../shared/embedding.js'
import { featureObjective } from '../../shared/feature-objective.js'
import { commonOptions, tapOptions, weightOption } from '../../shared/feature-options.js'
import { toRows, width } from '../../shared/layout.js'
import { sameSize } from '../../shared/same-size.js'
import { type ShapePair, requireMaps } from '../../shared/tap-shapes.js'
import { wholePart } from '../../shared/whole-part.js'

const options = z.strictObject({
  weight: weightOption(400, 'the cross-layer term'),
  factor: z.int().min(1).default(4).describe('Queries and keys have batch / factor elements'),
  ...commonOptions,
  kdWeight: scheduledAtLeast(0)
    .default(1)
    .describe('Weight of T^2 KL on the logits, 0 or more; 0 leaves the term out'),
  ...tapOptions(['stage1', 'stage2', 'stage3']),
})

/** Cross-layer distillation with learned attention. Terms: `ce`, `semckd`, and `kd` if it has a weight. */
export const semckd: MethodDefinition<typeof options> = defineMethod({
  id: 'semckd',
  title: 'Cross-layer distillation with semantic calibration',
  summary:
    'Attention between all student and teacher stages decides, sample by sample, which stage teaches which.',
  paper: {
    title: 'Cross-Layer Distillation with Semantic Calibration',
    venue: 'AAAI 2021',
    arxiv: '2012.03236',
    equations: '5 to 9',
  },
  formula:
    'L = ceWeight * CE + kdWeight * T^2 * KL + weight / n_s * sum over student stages i and teacher stages j of a_ij * mean( (P_ij(f_s,i) - f_t,j)^2 ), a_i = softmax_j( q_i . k_j ), q and k from the rows of F F^T',
  departures: [
    'Projections’ batch normalisation uses the statistics of the current batch.',
    'A zero query or key has no direction and attends evenly, where the authors’ code divides by zero.',
    'As in the authors’ code the attention depends on the batch: its inputs are similarities between the samples of a batch.',
  ],
  options,
  objective: (settings) =>
    featureObjective(settings, {
      weights: { semckd: settings.weight },
      prepare: (pairs, seed) => ({ variables: attentionAndProjections(pairs, seed, settings.factor) }),
      terms: (pairs, variables) => {
        const maps = pairs.map(({ student }) => student as tf.Tensor4D)
        const hints = pairs.map(({ teacher }) => teacher as tf.Tensor4D)
        const attention = attend(maps, hints, variables)
        const errors = maps.map((map, i) =>
          tf.stack(
            hints.map((hint, j) => {
              const [s, t] = sameSize(map, hint)
              return tf.mean(tf.squaredDifference(projected(s, variables, i, j), t), [1, 2, 3])
            }),
            1,
          ),
        )
        const weighted = tf.mul(attention, tf.stack(errors, 1))
        return { semckd: tf.div(tf.sum<tf.Tensor1D>(weighted, [1, 2]), maps.length) }
      },
    }),
})

/** Weight of teacher stage j for student stage i, `[batch, student stages, teacher stages]`; rows sum to 1. */
export function attend(
  student: readonly tf.Tensor[],
  teacher: readonly tf.Tensor[],
  variables: TensorRecord,
): tf.Tensor3D {
  const embedded = (features: readonly tf.Tensor[], name: string): tf.Tensor3D =>
    tf.stack(
      features.map((feature, i) => {
        const rows = toRows(feature)
        return embed(tf.matMul(rows, rows, false, true), variables, `${name}${i}`)
      }),
      1,
    ) as tf.Tensor3D
  const energy = tf.matMul<tf.Tensor3D>(embedded(student, 'query'), embedded(teacher, 'key'), false, true)
  return tf.softmax(energy)
}

/** 1x1, 3x3 and 1x1 convolutions with twice the teacher's channels between them. */
function projected(x: tf.Tensor4D, variables: TensorRecord, i: number, j: number): tf.Tensor4D {
  const name = `project${i}to${j}`
  const first = tf.relu(convolve(x, variables, `${name}a`))
  return convolve(tf.relu(convolve(first, variables, `${name}b`)), variables, `${name}c`)
}

function attentionAndProjections(pairs: AtLeastOne<ShapePair>, seed: number, factor: number): TensorRecord {
  requireMaps(pairs)
  const [batch = 1] = pairs[0].student
  const length = wholePart('option "factor" of method "semckd"', batch, 1 / factor, 'images of a batch')
  const made = pairs.flatMap(({ student }, i) => [
    embeddingVariables(`query${i}`, [batch, 2 * length, length], seed),
    embeddingVariables(`key${i}`, [batch, 2 * length, length], seed),
    ...pairs.map(({ teacher }, j) => projection(`project${i}to${j}`, width(student), width(teacher), seed)),
  ])
  return Object.assign({}, ...made) as TensorRecord
}

const projection = (name: string, inputs: number, outputs: number, seed: number): TensorRecord => ({
  ...convolutionVariables(`${name}a`, [1, inputs, 2 * outputs], seed, 'norm'),
  ...convolutionVariables(`${name}b`, [3, 2 * outputs, 2 * outputs], seed, 'norm'),
  ...convolutionVariables(`${name}c`, [1, 2 * outputs, outputs], seed, 'nothing'),
})
