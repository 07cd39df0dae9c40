import { type MethodDefinition, type TensorRecord, defineMethod, tf, z } from '@umbra/core'
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'
import { featureObjective, sumOf } from '../features/feature-objective.js'
import { commonOptions, tapOptions, weightOption } from '../features/feature-options.js'
import { toMaps, width } from '../features/layout.js'
import { initialKernel, project } from '../features/projector.js'
import { sameSize } from '../features/same-size.js'
import type { ShapePair } from '../features/tap-shapes.js'

/** Keeps the variance above zero. */
const EPSILON = 1e-5

/** What is learned beside the student for one pair of taps. */
export interface VariationalRegressor {
  /** Three 1x1 convolutions: `[student, teacher]`, then twice `[teacher, teacher]` channels. */
  readonly kernels: readonly [Tensor2D, Tensor2D, Tensor2D]
  /** Of the variance of each of the teacher's channels before the softplus, `[channels]`. */
  readonly logScale: Tensor1D
}

export interface VarianceForm {
  /** Added to every variance; 1e-5 where left out. */
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
  student: Tensor4D,
  teacher: Tensor4D,
  { kernels, logScale }: VariationalRegressor,
  { epsilon = EPSILON, variant = 'sound' }: VarianceForm = {},
): Tensor1D {
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
  summary: 'The student’s features are to tell as much as possible about the teacher’s, by a Gaussian bound.',
  paper: {
    title: 'Variational Information Distillation for Knowledge Transfer',
    venue: 'CVPR 2019',
    arxiv: '1904.05835',
    equations: '4, 5',
  },
  formula:
    'L = ceWeight * CE + weight * sum over stages of mean( 1/2 [ (mu(f_s) - f_t)^2 / var_c + log var_c ] ), var = log(1 + e^a) + 1e-5, mu = three 1x1 convolutions with ReLU between',
  teachers: { min: 1, max: 1 },
  departures: [
    'The softplus is computed so that it cannot overflow; the released one does above 88 in float32 (`variant: as-released`).',
    'The constant of the Gaussian is left out, as in the released code, so the value can be negative.',
  ],
  options,
  objective: (given) =>
    featureObjective(given, {
      weights: { vid: given.weight },
      prepare: (pairs, seed) => regressors(pairs, seed, given.initialVariance),
      terms: (student, teacher, variables) => ({
        vid: sumOf(
          student.map((f, i) =>
            variationalLoss(toMaps(f), toMaps(teacher[i]!), regressor(variables, i), {
              variant: given.variant,
            }),
          ),
        ),
      }),
    }),
})

const LAYERS = [1, 2, 3] as const

const regressors = (pairs: readonly ShapePair[], seed: number, variance: number): TensorRecord =>
  Object.fromEntries(
    pairs.flatMap(({ student, teacher }, i): [string, Tensor][] => [
      ...LAYERS.map((layer): [string, Tensor] => {
        const name = `conv${layer}_${i}`
        const inputs = layer === 1 ? width(student) : width(teacher)
        return [name, initialKernel(inputs, width(teacher), seed, name)]
      }),
      [`logScale_${i}`, tf.fill([width(teacher)], Math.log(Math.expm1(variance - EPSILON)))],
    ]),
  )

const regressor = (variables: TensorRecord, i: number): VariationalRegressor => ({
  kernels: LAYERS.map((layer) => variables[`conv${layer}_${i}`]) as [Tensor2D, Tensor2D, Tensor2D],
  logScale: variables[`logScale_${i}`] as Tensor1D,
})
