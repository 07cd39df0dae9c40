import { type MethodDefinition, type TensorRecord, defineMethod, tf, z } from '@umbra/core'
import { convolutionVariables, convolve } from '../../shared/convolution.js'
import { featureObjective } from '../../shared/feature-objective.js'
import { commonOptions, tapOptions, weightOption } from '../../shared/feature-options.js'
import { width } from '../../shared/layout.js'
import { sameSize } from '../../shared/same-size.js'
import { commonInSecondStage, firstStage } from '../../shared/stages.js'
import { sumOf } from '../../shared/sum-of.js'
import { type ShapePair, requireMaps } from '../../shared/tap-shapes.js'
import { zip } from '../../shared/zip.js'

/** Brings the sum over all neurons near 1, as the authors’ code does. */
const SCALE = 0.003

/**
 * Boundary losses of stages, shallow to deep: the student is pushed to `>= margin` where the teacher is active and to
 * `<= -margin` where it is not; stage i of n weighs `0.003 * 2^(i - n + 1)`.
 *
 * `l = sum over neurons of [t <= 0] relu(s + margin)^2 + [t > 0] relu(margin - s)^2`
 *
 * @param student pre-activations `[batch, height, width, channels]` of each stage
 * @param teacher pre-activations of the same shapes
 * @returns `[batch]` for each stage; sums over neurons, so the value grows with the maps
 * @see Heo et al., arXiv 1811.03233, equation 5
 */
export const boundaryLosses = (
  student: readonly tf.Tensor4D[],
  teacher: readonly tf.Tensor4D[],
  margin: number,
): tf.Tensor1D[] =>
  zip(student, teacher).map(([s, t], i) => {
    const active = tf.cast(tf.greater(t, 0), 'float32')
    const tooHigh = tf.mul(tf.square(tf.relu(tf.add(s, margin))), tf.sub(1, active))
    const tooLow = tf.mul(tf.square(tf.relu(tf.sub(margin, s))), active)
    const sum = tf.sum<tf.Tensor1D>(tf.add(tooHigh, tooLow), [1, 2, 3])
    return tf.mul(sum, SCALE * 2 ** (i - student.length + 1))
  })

const options = z.strictObject({
  weight: weightOption(1, 'the boundary term'),
  margin: z.number().gt(0).default(1).describe('Distance of the student’s pre-activations from 0, above 0'),
  initEpochs: z
    .number()
    .min(0)
    .default(30)
    .describe(
      'Epochs, fractions allowed, with only the boundary term before training without it; keep it below the run’s epochs; 0: all terms throughout',
    ),
  ...commonOptions,
  ...tapOptions(['stage1_pre', 'stage2_pre', 'stage3_pre']),
})

/** Activation boundaries. Terms: `ce`, `ab`, and `kd` if it has a weight. Needs taps before the ReLU. */
export const ab: MethodDefinition<typeof options> = defineMethod({
  id: 'ab',
  title: 'Distillation of activation boundaries',
  summary:
    'First the student’s neurons learn when the teacher’s are active, then the student learns from labels only.',
  paper: {
    title: 'Knowledge Transfer via Distillation of Activation Boundaries Formed by Hidden Neurons',
    venue: 'AAAI 2019',
    arxiv: '1811.03233',
    equations: '5',
  },
  formula:
    'first: weight * 0.003 * sum over stages i of 2^(i - n + 1) * sum over neurons of ( [t <= 0] relu(s + margin)^2 + [t > 0] relu(margin - s)^2 ); then: ceWeight * CE + kdWeight * T^2 * KL',
  departures: [
    'Taps must stand before the ReLU: aliases `stage1_pre` ... of the ResNets here, or names of layers.',
    'Connectors are 1x1 convolutions with batch normalisation by the statistics of the current batch, added where widths differ; maps of different sizes are averaged down to the smaller one.',
    'Weights, factor 0.003 and 30 epochs of 240 are those of the RepDistiller comparison.',
  ],
  options,
  objective: (settings) =>
    featureObjective(commonInSecondStage(settings, settings.initEpochs), {
      weights: { ab: firstStage(settings.weight, settings.initEpochs) },
      prepare: (pairs, seed) => ({ variables: connectors(pairs, seed) }),
      terms: (pairs, variables) => {
        const connected = pairs.map(({ student, teacher }, i) => {
          const [s, t] = sameSize(student as tf.Tensor4D, teacher as tf.Tensor4D)
          return { s: `connector${i}Kernel` in variables ? convolve(s, variables, `connector${i}`) : s, t }
        })
        const losses = boundaryLosses(
          connected.map(({ s }) => s),
          connected.map(({ t }) => t),
          settings.margin,
        )
        return { ab: sumOf(losses) }
      },
    }),
})

function connectors(pairs: readonly ShapePair[], seed: number): TensorRecord {
  requireMaps(pairs)
  const made = pairs.map(({ student, teacher }, i) => {
    const [inputs, outputs] = [width(student), width(teacher)]
    return inputs === outputs ? {} : convolutionVariables(`connector${i}`, [1, inputs, outputs], seed, 'norm')
  })
  return Object.assign({}, ...made) as TensorRecord
}
