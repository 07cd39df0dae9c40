import { type MethodDefinition, defineMethod, tf, z } from '@umbra/core'
import { featureObjective } from '../../shared/feature-objective.js'
import { commonOptions, tapOptions, weightOption } from '../../shared/feature-options.js'
import { toRows } from '../../shared/layout.js'
import { sumOf } from '../../shared/sum-of.js'
import { unitVectors } from '../../shared/unit-vectors.js'

/**
 * Squared difference of similarity rows: `1/B sum_j (G_s - G_t)_ij^2`, rows of `G = F F^T` normalised to length 1, so that the
 * mean over the batch is `||G_s - G_t||_F^2 / B^2`.
 *
 * @param student features of any shape `[batch, ...]`
 * @param teacher the same batch; the other dimensions may differ
 * @returns `[batch]`, no unit
 * @see Tung, Mori, arXiv 1907.09682, equations 2 to 4
 */
export function similarityLoss(student: tf.Tensor, teacher: tf.Tensor): tf.Tensor1D {
  const [a, b] = [similarities(student), similarities(teacher)]
  return tf.mean(tf.squaredDifference(a, b), 1)
}

function similarities(features: tf.Tensor): tf.Tensor2D {
  const rows = toRows(features)
  return unitVectors<tf.Tensor2D>(tf.matMul(rows, rows, false, true))
}

const options = z.strictObject({
  weight: weightOption(3000, 'the similarity term'),
  ...commonOptions,
  ...tapOptions(['stage3']),
})

/** Similarity-preserving distillation. Terms: `ce`, `sp` (summed over the pairs of taps), and `kd` if it has a weight. */
export const sp: MethodDefinition<typeof options> = defineMethod({
  id: 'sp',
  title: 'Similarity-preserving distillation',
  summary: 'Examples that are similar for the teacher become similar for the student.',
  paper: {
    title: 'Similarity-Preserving Knowledge Distillation',
    venue: 'ICCV 2019',
    arxiv: '1907.09682',
    equations: '2, 3, 4',
  },
  formula:
    'L = ceWeight * CE + weight * sum over stages of ||G_s - G_t||_F^2 / B^2, G = rows of F F^T divided by their L2 norms',
  departures: ['An example with all features zero has a zero row and sends no gradient through it.'],
  options,
  objective: (settings) =>
    featureObjective(settings, {
      weights: { sp: settings.weight },
      terms: (pairs) => ({
        sp: sumOf(pairs.map(({ student, teacher }) => similarityLoss(student, teacher))),
      }),
    }),
})
