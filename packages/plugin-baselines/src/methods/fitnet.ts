import { type MethodDefinition, type TensorRecord, batchNorm, defineMethod, tf, z } from '@umbra/core'
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'
import { featureObjective, sumOf } from '../features/feature-objective.js'
import { commonOptions, tapOptions, weightOption } from '../features/feature-options.js'
import { toMaps, width } from '../features/layout.js'
import { initialKernel, project } from '../features/projector.js'
import { sameSize } from '../features/same-size.js'
import { firstStage, secondStage } from '../features/stages.js'
import type { ShapePair } from '../features/tap-shapes.js'

/**
 * Mean squared difference of a hint and its regression: `mean over height, width, channels of (r - f_t)^2`.
 *
 * @param regressed the regressor's output `[batch, height, width, channels]`
 * @param teacher the hint, of the same shape
 * @returns `[batch]`, in squared units of the teacher's features
 * @see Romero et al., arXiv 1412.6550, equation 3
 */
export const hintLoss = (regressed: Tensor4D, teacher: Tensor4D): Tensor1D =>
  tf.mean(tf.squaredDifference(regressed, teacher), [1, 2, 3])

const options = z.strictObject({
  weight: weightOption(100, 'the hint term'),
  hintEpochs: z
    .number()
    .min(0)
    .default(0)
    .describe(
      'Epochs on the hints alone before training without them, as in the paper; 0: all terms throughout',
    ),
  ...commonOptions,
  ...tapOptions(['stage2']),
})

/** FitNets: hints for the student's intermediate features. Terms: `ce`, `hint`, and `kd` if it has a weight. */
export const fitnet: MethodDefinition<typeof options> = defineMethod({
  id: 'fitnet',
  title: 'FitNets: hints for thin deep nets',
  summary: 'A regressor on the student’s features is to reproduce the teacher’s features at a hint layer.',
  paper: {
    title: 'FitNets: Hints for Thin Deep Nets',
    venue: 'ICLR 2015',
    arxiv: '1412.6550',
    equations: '3',
  },
  formula:
    'L = ceWeight * CE + weight * mean( (r(f_s) - f_t)^2 ), r = ReLU(BN(1x1 convolution)); with hintEpochs > 0 first the second term alone, then the first alone',
  teachers: { min: 1, max: 1 },
  departures: [
    'One stage by default, weight 100 and a regressor of convolution, batch norm and ReLU: the RepDistiller comparison, not the paper, which trains on hints first (hintEpochs) and halves its maxout hints.',
    'The regressor’s batch norm uses the statistics of the batch at hand; it is only ever used in training.',
    'Maps of different sizes are averaged down to the smaller one instead of being strided or transposed-convolved.',
  ],
  options,
  objective: (given) => {
    const { weight, hintEpochs, ceWeight, kdWeight } = given
    const staged = {
      ...given,
      ceWeight: secondStage(ceWeight, hintEpochs),
      kdWeight: kdWeight === 0 ? 0 : secondStage(kdWeight, hintEpochs),
    }
    return featureObjective(staged, {
      weights: { hint: firstStage(weight, hintEpochs) },
      prepare: regressors,
      terms: (student, teacher, variables) => ({
        hint: sumOf(
          student.map((x, i) => {
            const [small, hint] = sameSize(toMaps(x), toMaps(teacher[i]!))
            return hintLoss(regress(small, variables, i), hint)
          }),
        ),
      }),
    })
  },
})

const regressors = (pairs: readonly ShapePair[], seed: number): TensorRecord =>
  Object.fromEntries(
    pairs.flatMap(({ student, teacher }, i): [string, Tensor][] => [
      [`kernel${i}`, initialKernel(width(student), width(teacher), seed, `kernel${i}`)],
      [`gamma${i}`, tf.ones([width(teacher)])],
      [`beta${i}`, tf.zeros([width(teacher)])],
    ]),
  )

function regress(x: Tensor4D, variables: TensorRecord, i: number): Tensor4D {
  const projected = project(x, variables[`kernel${i}`] as Tensor2D)
  return tf.relu(batchNorm(projected, variables[`gamma${i}`] as Tensor1D, variables[`beta${i}`] as Tensor1D))
}
