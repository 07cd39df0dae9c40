import { type MethodDefinition, defineMethod, tf, z } from '@umbra/core'
import { featureObjective } from '../../shared/feature-objective.js'
import { commonOptions, tapOptions, weightOption } from '../../shared/feature-options.js'
import { sameSize } from '../../shared/same-size.js'
import { sumOf } from '../../shared/sum-of.js'
import { requireMaps } from '../../shared/tap-shapes.js'
import { unitVectors } from '../../shared/unit-vectors.js'

/**
 * Squared maximum mean discrepancy of channels: `k(t, t) + k(s, s) - 2 k(s, t)`, `k(a, b)` the mean over channel pairs of
 * `(a_i . b_j)^2`, every channel normalised to length 1 over its positions.
 *
 * @param student `[batch, height, width, channels]`
 * @param teacher the same batch; sizes and channels may differ, the larger map is pooled
 * @returns `[batch]`, no unit, 0 or more
 * @see Huang, Wang, arXiv 1707.01219, equation 4 with the polynomial kernel of section 4.2
 */
export function selectivityLoss(student: tf.Tensor4D, teacher: tf.Tensor4D): tf.Tensor1D {
  const [a, b] = sameSize(student, teacher)
  const [s, t] = [unitChannels(a), unitChannels(b)]
  return tf.add(kernel(t, t), tf.sub(kernel(s, s), tf.mul(2, kernel(s, t))))
}

function unitChannels(f: tf.Tensor4D): tf.Tensor3D {
  const [batch, height, width, channels] = f.shape
  return unitVectors<tf.Tensor3D>(tf.reshape(f, [batch, height * width, channels]), 1)
}

const kernel = (a: tf.Tensor3D, b: tf.Tensor3D): tf.Tensor1D =>
  tf.mean(tf.square(tf.matMul(a, b, true, false)), [1, 2])

const options = z.strictObject({
  weight: weightOption(50, 'the selectivity term'),
  ...commonOptions,
  ...tapOptions(['stage1', 'stage2', 'stage3']),
})

/** Neuron selectivity transfer. Terms: `ce`, `nst` (summed over the pairs of taps), and `kd` if it has a weight. */
export const nst: MethodDefinition<typeof options> = defineMethod({
  id: 'nst',
  title: 'Neuron selectivity transfer',
  summary: 'The distribution of the student’s channels is matched to the teacher’s, by a polynomial kernel.',
  paper: {
    title: 'Like What You Like: Knowledge Distill via Neuron Selectivity Transfer',
    venue: 'arXiv 2017',
    arxiv: '1707.01219',
    equations: '4; the kernel (a . b)^2',
  },
  formula:
    'L = ceWeight * CE + weight * sum over stages of [ k(t,t) + k(s,s) - 2 k(s,t) ], k(a,b) = mean over channel pairs of (a_i . b_j)^2, channels divided by their L2 norms',
  departures: [
    'Channels are averaged, not summed, and the value includes the part that depends only on the teacher, as in the RepDistiller code; neither changes the direction of the gradient.',
  ],
  options,
  objective: (settings) =>
    featureObjective(settings, {
      weights: { nst: settings.weight },
      prepare: (pairs) => {
        requireMaps(pairs)
        return {}
      },
      terms: (pairs) => ({
        nst: sumOf(
          pairs.map(({ student, teacher }) =>
            selectivityLoss(student as tf.Tensor4D, teacher as tf.Tensor4D),
          ),
        ),
      }),
    }),
})
