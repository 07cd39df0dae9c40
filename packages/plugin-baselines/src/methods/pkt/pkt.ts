import { type MethodDefinition, defineMethod, tf, z } from '@umbra/core'
import { featureObjective } from '../../shared/feature-objective.js'
import { commonOptions, tapOptions, weightOption } from '../../shared/feature-options.js'
import { toEmbedding } from '../../shared/layout.js'
import { sumOf } from '../../shared/sum-of.js'
import { unitVectors } from '../../shared/unit-vectors.js'

/** Keeps the logarithm finite. */
const EPSILON = 1e-7

/**
 * Divergence of neighbourhoods: `1/B sum_j t_ij log( (t_ij + e) / (s_ij + e) )`, rows of `(cos + 1) / 2` divided by their
 * sums, `e = 1e-7`; e is added to the lengths of the embeddings too.
 *
 * @param student embeddings `[batch, features]`
 * @param teacher the same batch; the number of features may differ
 * @returns nats per example divided by the batch size, `[batch]`
 * @see Passalis, Tefas, arXiv 1803.10837, equations 3 to 6
 */
export function neighbourhoodLoss(
  student: tf.Tensor2D,
  teacher: tf.Tensor2D,
  epsilon = EPSILON,
): tf.Tensor1D {
  const [s, t] = [neighbourhoods(student, epsilon), neighbourhoods(teacher, epsilon)]
  // With r = (s - t) / (t + e), and rows that sum to 1, the same as the mean of t (r - log(1 + r)) + e r: the parts that would
  // cancel in a row are never added, which leaves the small value its digits in float32.
  const r = tf.div(tf.sub(s, t), tf.add(t, epsilon))
  return tf.mean(tf.add(tf.mul(t, tf.sub(r, tf.log1p(r))), tf.mul(r, epsilon)), 1)
}

function neighbourhoods(x: tf.Tensor2D, epsilon: number): tf.Tensor2D {
  const unit = unitVectors(x, -1, epsilon)
  const similarity = tf.div(tf.add(tf.matMul(unit, unit, false, true), 1), 2)
  return tf.div(similarity, tf.sum(similarity, 1, true))
}

const options = z.strictObject({
  weight: weightOption(30000, 'the neighbourhood term'),
  ...commonOptions,
  ...tapOptions(['pooled']),
})

/** Probabilistic knowledge transfer. Terms: `ce`, `pkt` (summed over the pairs of taps), and `kd` if it has a weight. */
export const pkt: MethodDefinition<typeof options> = defineMethod({
  id: 'pkt',
  title: 'Probabilistic knowledge transfer',
  summary:
    'The student reproduces the teacher’s similarities of each example to the rest of the batch, as probabilities.',
  paper: {
    title: 'Learning Deep Representations with Probabilistic Knowledge Transfer',
    venue: 'ECCV 2018',
    arxiv: '1803.10837',
    equations: '3 to 6, with the cosine kernel',
  },
  formula:
    'L = ceWeight * CE + weight * 1/B^2 sum_ij t_ij log(t_ij / s_ij), rows of (cos(x_i, x_j) + 1) / 2 divided by their sums',
  departures: [
    'Mean over all pairs and an example’s similarity to itself left in the rows, as in the released code.',
    'An all-zero embedding has cosine 0 with everything and sends no gradient, where the released code gives NaN.',
  ],
  options,
  objective: (settings) =>
    featureObjective(settings, {
      weights: { pkt: settings.weight },
      terms: (pairs) => ({
        pkt: sumOf(
          pairs.map(({ student, teacher }) => neighbourhoodLoss(toEmbedding(student), toEmbedding(teacher))),
        ),
      }),
    }),
})
