import {
  type MethodDefinition,
  type TensorRecord,
  batchNorm,
  defineMethod,
  entryOf,
  tf,
  z,
} from '@umbra/core'
import { featureObjective } from '../../shared/feature-objective.js'
import { commonOptions, tapOptions, weightOption } from '../../shared/feature-options.js'
import { toMaps, width } from '../../shared/layout.js'
import { initialKernel, project } from '../../shared/projector.js'
import { sameSize } from '../../shared/same-size.js'
import { commonInSecondStage, firstStage } from '../../shared/stages.js'
import { sumOf } from '../../shared/sum-of.js'
import type { ShapePair } from '../../shared/tap-shapes.js'

/**
 * Mean squared difference of a hint and its regression: `mean over height, width, channels of (r - f_t)^2`.
 *
 * @param regressed the regressor's output `[batch, height, width, channels]`
 * @param teacher the hint, of the same shape
 * @returns `[batch]`, in squared units of the teacher's features
 * @see Romero et al., arXiv 1412.6550, equation 3
 */
export const hintLoss = (regressed: tf.Tensor4D, teacher: tf.Tensor4D): tf.Tensor1D =>
  tf.mean(tf.squaredDifference(regressed, teacher), [1, 2, 3])

const options = z.strictObject({
  weight: weightOption(100, 'the hint term'),
  hintEpochs: z
    .number()
    .min(0)
    .default(0)
    .describe(
      'Epochs with only the hint term before training without it, as in the paper; 0: all terms throughout',
    ),
  ...commonOptions,
  ...tapOptions(['stage2']),
})

/** FitNets: hints for the student's intermediate features. Terms: `ce`, `hint`, and `kd` if it has a weight. */
export const fitnet: MethodDefinition<typeof options> = defineMethod({
  id: 'fitnet',
  title: 'FitNets: hints for thin deep nets',
  summary:
    'A regressor on the student’s features learns to reproduce the teacher’s features at a hint layer.',
  paper: {
    title: 'FitNets: Hints for Thin Deep Nets',
    venue: 'ICLR 2015',
    arxiv: '1412.6550',
    equations: '3',
  },
  formula:
    'L = ceWeight * CE + weight * mean( (r(f_s) - f_t)^2 ), r = ReLU(BN(1x1 convolution)); with hintEpochs > 0 first the second term alone, then the first alone',
  departures: [
    'One stage by default, weight 100 and a regressor of convolution, batch norm and ReLU: the RepDistiller comparison, not the paper, which trains on hints first (hintEpochs) and halves its maxout hints.',
    'The regressor’s batch norm uses the statistics of the current batch; it is only used in training.',
    'Maps of different sizes are averaged down to the smaller one instead of being strided or transposed-convolved.',
  ],
  options,
  objective: (settings) =>
    featureObjective(commonInSecondStage(settings, settings.hintEpochs), {
      weights: { hint: firstStage(settings.weight, settings.hintEpochs) },
      prepare: (pairs, seed) => ({ variables: regressors(pairs, seed) }),
      terms: (pairs, variables) => ({
        hint: sumOf(
          pairs.map(({ student, teacher }, i) => {
            const [small, hint] = sameSize(toMaps(student), toMaps(teacher))
            return hintLoss(regress(small, variables, i), hint)
          }),
        ),
      }),
    }),
})

const regressors = (pairs: readonly ShapePair[], seed: number): TensorRecord =>
  Object.fromEntries(
    pairs.flatMap(({ student, teacher }, i): [string, tf.Tensor][] => [
      [`kernel${i}`, initialKernel(width(student), width(teacher), seed, `kernel${i}`)],
      [`gamma${i}`, tf.ones([width(teacher)])],
      [`beta${i}`, tf.zeros([width(teacher)])],
    ]),
  )

function regress(x: tf.Tensor4D, variables: TensorRecord, i: number): tf.Tensor4D {
  const vector = (name: string) => entryOf(variables, `${name}${i}`) as tf.Tensor1D
  const projected = project(x, entryOf(variables, `kernel${i}`) as tf.Tensor2D)
  return tf.relu(batchNorm(projected, vector('gamma'), vector('beta')))
}
