import { type MethodDefinition, type TensorRecord, defineMethod, entryOf, tf, z } from '@umbra/core'
import { featureObjective } from '../../shared/feature-objective.js'
import { commonOptions, tapOptions, weightOption } from '../../shared/feature-options.js'
import { toMaps, width } from '../../shared/layout.js'
import { initialKernel, project } from '../../shared/projector.js'
import { sameSize } from '../../shared/same-size.js'
import { sumOf } from '../../shared/sum-of.js'
import type { ShapePair } from '../../shared/tap-shapes.js'

/** Keeps the variance above zero. */
const EPSILON = 1e-5

/** What is learned in addition to the student for one pair of taps. */
export interface VariationalRegressor {
  /** Three 1x1 convolutions: `[student, teacher]`, then twice `[teacher, teacher]` channels. */
  readonly kernels: readonly [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D]
  /** Of the variance of each of the teacher's channels before the softplus, `[channels]`. */
  readonly logScale: tf.Tensor1D
}

/** How a variance is computed from its parameter. */
export interface VarianceForm {
  /** Added to every variance; 1e-5 by default. */
  readonly epsilon?: number | undefined
  /** as-released: `log(1 + exp(a))` as it stands, infinite above 88 in float32. */
  readonly variant?: 'sound' | 'as-released'
}

/**
 * Negative log-likelihood of the teacher's features, without its constant:
 * `mean of 1/2 [ (mu(f_s) - f_t)^2 / var + log var ]`, `var = softplus(logScale) + 1e-5`.
 *
 * @param student `[batch, height, width, channels]`
 * @param teacher the same batch; sizes and channels may differ, the larger map is pooled
 * @returns nats per feature of the teacher, `[batch]`
 * @see Ahn et al., arXiv 1904.05835, equations 4 and 5
 */
export function variationalLoss(
  student: tf.Tensor4D,
  teacher: tf.Tensor4D,
  { kernels, logScale }: VariationalRegressor,
  { epsilon = EPSILON, variant = 'sound' }: VarianceForm = {},
): tf.Tensor1D {
  const [small, target] = sameSize(student, teacher)
  const hidden = kernels.slice(0, 2).reduce((x, kernel) => tf.relu(project(x, kernel)), small)
  const softplus = variant === 'sound' ? tf.softplus(logScale) : tf.log(tf.add(1, tf.exp(logScale)))
  const variance = tf.add(softplus, epsilon)
  const gap = tf.squaredDifference(project(hidden, kernels[2]), target)
  return tf.mean(tf.mul(0.5, tf.add(tf.div(gap, variance), tf.log(variance))), [1, 2, 3])
}

const options = z.strictObject({
  weight: weightOption(1, 'the variational term'),
  initialVariance: z
    .number()
    .min(0.01)
    .max(80)
    .default(5)
    .describe('Variance of every channel before training, 0.01 to 80'),
  variant: z
    .enum(['sound', 'as-released'])
    .default('sound')
    .describe('as-released: a softplus that overflows above 88 in float32'),
  ...commonOptions,
  ...tapOptions(['stage1', 'stage2', 'stage3']),
})

/** Variational information distillation. Terms: `ce`, `vid` (summed over the pairs of taps), and `kd` if it has a weight. */
export const vid: MethodDefinition<typeof options> = defineMethod({
  id: 'vid',
  title: 'Variational information distillation',
  summary: 'The mutual information of student and teacher features is maximised, by a Gaussian bound.',
  paper: {
    title: 'Variational Information Distillation for Knowledge Transfer',
    venue: 'CVPR 2019',
    arxiv: '1904.05835',
    equations: '4, 5',
  },
  formula:
    'L = ceWeight * CE + weight * sum over stages of mean( 1/2 [ (mu(f_s) - f_t)^2 / var_c + log var_c ] ), var = log(1 + e^a) + 1e-5, mu = three 1x1 convolutions with ReLU between',
  departures: [
    'The softplus is computed so that it cannot overflow; the released one does above 88 in float32 (`variant: as-released`).',
    'The constant of the Gaussian is left out, as in the released code, so the value can be negative.',
  ],
  options,
  objective: (settings) =>
    featureObjective(settings, {
      weights: { vid: settings.weight },
      prepare: (pairs, seed) => ({ variables: regressors(pairs, seed, settings.initialVariance) }),
      terms: (pairs, variables) => ({
        vid: sumOf(
          pairs.map(({ student, teacher }, i) =>
            variationalLoss(toMaps(student), toMaps(teacher), regressor(variables, i), {
              variant: settings.variant,
            }),
          ),
        ),
      }),
    }),
})

const LAYERS = [1, 2, 3] as const

const regressors = (pairs: readonly ShapePair[], seed: number, variance: number): TensorRecord =>
  Object.fromEntries(
    pairs.flatMap(({ student, teacher }, i): [string, tf.Tensor][] => [
      ...LAYERS.map((layer): [string, tf.Tensor] => {
        const name = `conv${layer}_${i}`
        const inputs = layer === 1 ? width(student) : width(teacher)
        return [name, initialKernel(inputs, width(teacher), seed, name)]
      }),
      [`logScale_${i}`, tf.fill([width(teacher)], Math.log(Math.expm1(variance - EPSILON)))],
    ]),
  )

function regressor(variables: TensorRecord, i: number): VariationalRegressor {
  const kernel = (layer: 1 | 2 | 3) => entryOf(variables, `conv${layer}_${i}`) as tf.Tensor2D
  return {
    kernels: [kernel(1), kernel(2), kernel(3)],
    logScale: entryOf(variables, `logScale_${i}`) as tf.Tensor1D,
  }
}
