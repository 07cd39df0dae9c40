import { type MethodDefinition, defineMethod, scheduledAtLeast, tf, z } from '@umbra/core'
import type { Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core'
import { featureObjective, sumOf } from '../features/feature-objective.js'
import { commonOptions, tapOptions } from '../features/feature-options.js'
import { toEmbedding } from '../features/layout.js'
import { smoothL1 } from '../features/smooth-l1.js'
import { requireBatch } from '../features/tap-shapes.js'
import { bareUnitVectors, unitVectors } from '../features/unit-vectors.js'

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
export function distanceLoss(student: Tensor2D, teacher: Tensor2D): Tensor1D {
  const [s, t] = [student, teacher].map(relativeDistances)
  return tf.mean(smoothL1(tf.sub(s!, t!)), 1)
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
  student: Tensor2D,
  teacher: Tensor2D,
  variant: 'sound' | 'as-released' = 'sound',
): Tensor1D {
  const [s, t] = [student, teacher].map((x) => cosines(x, variant))
  return tf.mean(smoothL1(tf.sub(s!, t!)), [1, 2])
}

/** `[from, to, features]` */
const differences = (x: Tensor2D): Tensor3D => tf.sub(tf.expandDims(x, 0), tf.expandDims(x, 1))

function relativeDistances(x: Tensor2D): Tensor2D {
  const [batch] = x.shape
  const squares = tf.sum(tf.square(differences(x)), 2)
  const others: Tensor2D = tf.sub(1, tf.eye(batch))
  const distances = tf.mul(tf.sqrt(tf.maximum(squares, LEAST_SQUARE)), others)
  return tf.div(distances, tf.div(tf.sum(distances), batch * (batch - 1)))
}

function cosines(x: Tensor2D, variant: 'sound' | 'as-released'): Tensor3D {
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
  summary: 'Distances and angles between the examples of a batch are to be the teacher’s.',
  paper: {
    title: 'Relational Knowledge Distillation',
    venue: 'CVPR 2019',
    arxiv: '1904.05068',
    equations: '4 to 9',
  },
  formula:
    'L = ceWeight * CE + distanceWeight * mean_ij smoothL1(d_s - d_t) + angleWeight * mean_ijk smoothL1(cos_s - cos_t), d = distance / mean distance of the batch',
  teachers: { min: 1, max: 1 },
  departures: [
    'Means are taken over all B^2 pairs and B^3 triples, the zero diagonals included, as in the released code; the paper sums.',
    'Two examples with the same embedding have no direction and send no gradient through the angle, where the released code gives one of order 1e11 (`variant: as-released`).',
  ],
  options,
  objective: (given) =>
    featureObjective(given, {
      weights: { distance: given.distanceWeight, angle: given.angleWeight },
      prepare: (pairs) => {
        requireBatch(pairs, 2)
        return undefined
      },
      terms: (student, teacher) => {
        const pairs = student.map((x, i) => [toEmbedding(x), toEmbedding(teacher[i]!)] as const)
        return {
          distance: sumOf(pairs.map(([s, t]) => distanceLoss(s, t))),
          angle: sumOf(pairs.map(([s, t]) => angleLoss(s, t, given.variant))),
        }
      },
    }),
})
