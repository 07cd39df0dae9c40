import { type MethodDefinition, defineMethod, scheduledAtLeast, tf, z } from '@umbra/core'
import { featureObjective } from '../../shared/feature-objective.js'
import { commonOptions, tapOptions } from '../../shared/feature-options.js'
import { toEmbedding } from '../../shared/layout.js'
import { sumOf } from '../../shared/sum-of.js'
import { requireBatch } from '../../shared/tap-shapes.js'
import { bareUnitVectors, unitVectors } from '../../shared/unit-vectors.js'
import { smoothL1 } from './smooth-l1.js'

/** Squared distances are kept above this. */
const LEAST_SQUARE = 1e-12

/**
 * Distance-wise relations: `1/B sum_j smoothL1( d_s(i, j) - d_t(i, j) )`, Euclidean distances divided by their mean over
 * the pairs of the batch.
 *
 * @param student embeddings `[batch, features]`, two examples or more
 * @param teacher the same batch; the number of features may differ
 * @returns `[batch]`, no unit
 * @see Park et al., arXiv 1904.05068, equations 4 to 6
 */
export function distanceLoss(student: tf.Tensor2D, teacher: tf.Tensor2D): tf.Tensor1D {
  const [s, t] = [relativeDistances(student), relativeDistances(teacher)]
  return tf.mean(smoothL1(tf.sub(s, t)), 1)
}

/**
 * Angle-wise relations: `1/B^2 sum_jk smoothL1( cos_s(j, i, k) - cos_t(j, i, k) )`, the cosine of the angle at `i`.
 *
 * @param student embeddings `[batch, features]`
 * @param teacher the same batch; the number of features may differ
 * @param variant as-released: examples with one embedding get the gradient of dividing by 1e-12
 * @returns `[batch]`, no unit
 * @see the same, equations 7 to 9
 */
export function angleLoss(
  student: tf.Tensor2D,
  teacher: tf.Tensor2D,
  variant: 'sound' | 'as-released' = 'sound',
): tf.Tensor1D {
  const [s, t] = [cosines(student, variant), cosines(teacher, variant)]
  return tf.mean(smoothL1(tf.sub(s, t)), [1, 2])
}

/** `[from, to, features]` */
const differences = (x: tf.Tensor2D): tf.Tensor3D => tf.sub(tf.expandDims(x, 0), tf.expandDims(x, 1))

function relativeDistances(x: tf.Tensor2D): tf.Tensor2D {
  const [batch] = x.shape
  const squares = tf.sum(tf.square(differences(x)), 2)
  const others: tf.Tensor2D = tf.sub(1, tf.eye(batch))
  const distances = tf.mul(tf.sqrt(tf.maximum(squares, LEAST_SQUARE)), others)
  return tf.div(distances, tf.div(tf.sum(distances), batch * (batch - 1)))
}

function cosines(x: tf.Tensor2D, variant: 'sound' | 'as-released'): tf.Tensor3D {
  const directions = variant === 'sound' ? unitVectors(differences(x), 2) : bareUnitVectors(differences(x), 2)
  return tf.matMul(directions, directions, false, true)
}

const options = z.strictObject({
  distanceWeight: scheduledAtLeast(0).default(25).describe('Weight of the distance-wise term, 0 or more'),
  angleWeight: scheduledAtLeast(0).default(50).describe('Weight of the angle-wise term, 0 or more'),
  variant: z
    .enum(['sound', 'as-released'])
    .default('sound')
    .describe('as-released: repeated embeddings get an angle gradient of order 1e11'),
  ...commonOptions,
  ...tapOptions(['pooled']),
})

/** Relational knowledge distillation. Terms: `ce`, `distance`, `angle`, and `kd` if it has a weight. */
export const rkd: MethodDefinition<typeof options> = defineMethod({
  id: 'rkd',
  title: 'Relational knowledge distillation',
  summary: 'The student reproduces the teacher’s distances and angles between the examples of a batch.',
  paper: {
    title: 'Relational Knowledge Distillation',
    venue: 'CVPR 2019',
    arxiv: '1904.05068',
    equations: '4 to 9',
  },
  formula:
    'L = ceWeight * CE + distanceWeight * mean_ij smoothL1(d_s - d_t) + angleWeight * mean_ijk smoothL1(cos_s - cos_t), d = distance / mean distance of the batch',
  departures: [
    'Means are taken over all B^2 pairs and B^3 triples, the zero diagonals included, as in the released code; the paper sums.',
    'Two examples with the same embedding have no direction and send no gradient through the angle, where the released code gives one of order 1e11 (`variant: as-released`).',
  ],
  options,
  objective: (settings) =>
    featureObjective(settings, {
      weights: { distance: settings.distanceWeight, angle: settings.angleWeight },
      prepare: (pairs) => {
        requireBatch(pairs, 2)
        return {}
      },
      terms: (pairs) => {
        const embedded = pairs.map(
          ({ student, teacher }) => [toEmbedding(student), toEmbedding(teacher)] as const,
        )
        return {
          distance: sumOf(embedded.map(([s, t]) => distanceLoss(s, t))),
          angle: sumOf(embedded.map(([s, t]) => angleLoss(s, t, settings.variant))),
        }
      },
    }),
})
