import { type MethodDefinition, defineMethod, tf, z } from '@umbra/core'
import type { Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'
import { featureObjective, sumOf } from '../features/feature-objective.js'
import { commonOptions, tapOptions, weightOption } from '../features/feature-options.js'
import { toRows } from '../features/layout.js'
import { sameSize } from '../features/same-size.js'
import { requireMaps } from '../features/tap-shapes.js'
import { unitVectors } from '../features/unit-vectors.js'

/** How an attention map is made of a feature map. */
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
export function attentionLoss(student: Tensor4D, teacher: Tensor4D, options: AttentionOptions): Tensor1D {
  const [a, b] = sameSize(student, teacher).map((f) => unitVectors<Tensor2D>(toRows(activity(f, options))))
  return tf.mean(tf.squaredDifference(a!, b!), 1)
}

const activity = (f: Tensor4D, { p, signed }: AttentionOptions) => {
  const base = p % 2 === 1 && !signed ? tf.abs(f) : f
  let power = base
  for (let i = 1; i < p; i++) power = tf.mul(power, base)
  return tf.mean(power, 3)
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
  teachers: { min: 1, max: 1 },
  departures: [
    'The squared difference is averaged over batch and positions, as in the released code; equation 2 takes the norm itself.',
    'An all-zero map counts as zero attention and sends no gradient.',
  ],
  options,
  objective: (given) => {
    const how = { p: given.p, signed: given.variant === 'as-released' }
    return featureObjective(given, {
      weights: { at: given.weight },
      prepare: (pairs) => {
        requireMaps(pairs)
        return undefined
      },
      terms: (student, teacher) => ({
        at: sumOf(student.map((f, i) => attentionLoss(f as Tensor4D, teacher[i] as Tensor4D, how))),
      }),
    })
  },
})
