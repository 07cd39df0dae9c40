import { type MethodDefinition, defineMethod, tf, z } from '@umbra/core'
import { featureObjective } from '../../shared/feature-objective.js'
import { commonOptions, tapOptions, weightOption } from '../../shared/feature-options.js'
import { toRows } from '../../shared/layout.js'
import { sameSize } from '../../shared/same-size.js'
import { sumOf } from '../../shared/sum-of.js'
import { requireMaps } from '../../shared/tap-shapes.js'
import { unitVectors } from '../../shared/unit-vectors.js'

/** How an attention map is computed from a feature map. */
export interface AttentionOptions {
  /** Exponent p, a whole number from 1. */
  readonly p: number
  /** Whether an odd power keeps the sign of the features. */
  readonly signed: boolean
}

/**
 * Squared difference of attention maps: `mean over positions of (a_s - a_t)^2`, `a = v / ||v||`, `v = mean over channels of |f|^p`.
 *
 * @param student `[batch, height, width, channels]`
 * @param teacher the same batch; sizes and channels may differ, the larger map is pooled
 * @returns `[batch]`, no unit, at most 4 / (height width)
 * @see Zagoruyko, Komodakis, arXiv 1612.03928, equation 2
 */
export function attentionLoss(
  student: tf.Tensor4D,
  teacher: tf.Tensor4D,
  options: AttentionOptions,
): tf.Tensor1D {
  const [s, t] = sameSize(student, teacher)
  const [a, b] = [attention(s, options), attention(t, options)]
  return tf.mean(tf.squaredDifference(a, b), 1)
}

function attention(f: tf.Tensor4D, { p, signed }: AttentionOptions): tf.Tensor2D {
  const base = p % 2 === 1 && !signed ? tf.abs(f) : f
  let power = base
  for (let i = 1; i < p; i++) power = tf.mul(power, base)
  return unitVectors(toRows(tf.mean(power, 3)))
}

const options = z.strictObject({
  weight: weightOption(1000, 'the attention term'),
  p: z.int().min(1).max(8).default(2).describe('Exponent of the activations in an attention map, 1 to 8'),
  variant: z
    .enum(['sound', 'as-released'])
    .default('sound')
    .describe('as-released: no absolute value, so that an odd p keeps the sign of the features'),
  ...commonOptions,
  ...tapOptions(['stage1', 'stage2', 'stage3']),
})

/** Attention transfer. Terms: `ce`, `at` (summed over the pairs of taps), and `kd` if it has a weight. */
export const at: MethodDefinition<typeof options> = defineMethod({
  id: 'at',
  title: 'Attention transfer',
  summary:
    'The student attends to the same places as the teacher: maps of mean squared activation are matched.',
  paper: {
    title:
      'Paying More Attention to Attention: Improving the Performance of Convolutional Neural Networks via Attention Transfer',
    venue: 'ICLR 2017',
    arxiv: '1612.03928',
    equations: '2',
  },
  formula:
    'L = ceWeight * CE + weight * sum over stages of mean( (a_s - a_t)^2 ), a = v / ||v||_2, v = mean over channels of |f|^p',
  departures: [
    'The squared difference is averaged over batch and positions, as in the released code; equation 2 takes the norm itself.',
    'An all-zero map counts as zero attention and sends no gradient.',
  ],
  options,
  objective: (settings) => {
    const form = { p: settings.p, signed: settings.variant === 'as-released' }
    return featureObjective(settings, {
      weights: { at: settings.weight },
      prepare: (pairs) => {
        requireMaps(pairs)
        return {}
      },
      terms: (pairs) => ({
        at: sumOf(
          pairs.map(({ student, teacher }) =>
            attentionLoss(student as tf.Tensor4D, teacher as tf.Tensor4D, form),
          ),
        ),
      }),
    })
  },
})
