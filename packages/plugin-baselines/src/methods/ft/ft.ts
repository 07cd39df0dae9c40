import { type MethodDefinition, type TensorRecord, defineMethod, detach, tf, z } from '@umbra/core'
import { type After, convolutionVariables, convolve } from '../../shared/convolution.js'
import { featureObjective } from '../../shared/feature-objective.js'
import { commonOptions, weightOption } from '../../shared/feature-options.js'
import { toRows, width } from '../../shared/layout.js'
import { sameSize } from '../../shared/same-size.js'
import { commonInSecondStage, firstStage, secondStage } from '../../shared/stages.js'
import { type ShapePair, requireMaps } from '../../shared/tap-shapes.js'
import { unitVectors } from '../../shared/unit-vectors.js'
import { wholePart } from '../../shared/whole-part.js'

/**
 * Distance of two factors: `mean over positions of |a_s - a_t|^p2`, `a` the mean over channels of `f^p1`, normalised to length 1.
 *
 * @param student factor `[batch, height, width, channels]`
 * @param teacher factor; the larger of two maps is averaged down to the other
 * @returns `[batch]`, dimensionless
 * @see Kim, Park, Kwak, arXiv 1802.04977, equation 2; positions as in the RepDistiller code
 */
export function factorLoss(
  student: tf.Tensor4D,
  teacher: tf.Tensor4D,
  { p1, p2 } = { p1: 2, p2: 1 },
): tf.Tensor1D {
  const [s, t] = sameSize(student, teacher)
  const energy = (f: tf.Tensor4D): tf.Tensor2D => unitVectors(toRows(tf.mean(whole(f, p1), 3)))
  const gap = tf.sub(energy(s), energy(t))
  return tf.mean(p2 === 1 ? tf.abs(gap) : whole(gap, p2), 1)
}

/** A whole power, by products: a gradient of `tf.pow` at or below 0 would not be finite. */
const whole = <T extends tf.Tensor>(x: T, power: number): T =>
  Array.from({ length: power - 1 }, () => x).reduce((product, factor) => tf.mul<T>(product, factor), x)

const options = z.strictObject({
  studentTap: z.string().default('stage3').describe('Feature map of the student, an alias or a layer name'),
  teacherTap: z.string().default('stage3').describe('Feature map of the teacher, an alias or a layer name'),
  weight: weightOption(200, 'the factor term'),
  rate: z.number().gt(0).default(0.5).describe('Channels of a factor as a share of the teacher’s, above 0'),
  initEpochs: z
    .number()
    .min(0)
    .default(30)
    .describe(
      'Epochs, fractions allowed, for the paraphraser alone before the student learns; keep it below the run’s epochs; 0: both throughout',
    ),
  ...commonOptions,
})

/** Factor transfer. Terms: `ce`, `reconstruction` of the paraphraser, `ft`, and `kd` if it has a weight. */
export const ft: MethodDefinition<typeof options> = defineMethod({
  id: 'ft',
  title: 'Factor transfer',
  summary:
    'A paraphraser learns to compress the teacher’s features; a translator on the student reproduces its factors.',
  paper: {
    title: 'Paraphrasing Complex Network: Network Compression via Factor Transfer',
    venue: 'NeurIPS 2018',
    arxiv: '1802.04977',
    equations: '1 to 3',
  },
  formula:
    'first: mean( (decode(encode(f_t)) - f_t)^2 ); then: ceWeight * CE + weight * mean | a(translate(f_s)) - a(encode(f_t)) |, a = L2-normalised mean over channels of the square',
  departures: [
    'The paraphraser’s weights get no gradient from the factor term; weight decay still acts on them in the second stage, where the authors freeze them. Factors are normalised, so their scale does not matter.',
    'The translator’s batch normalisation uses the statistics of the current batch.',
    'Transposed convolutions of stride 1 are written as convolutions: the same functions.',
    'Weight 200, 30 epochs of 240 for the paraphraser, and factors averaged over channels are those of the RepDistiller comparison.',
  ],
  options,
  objective: (settings) => {
    const { initEpochs, studentTap, teacherTap } = settings
    const taps = { studentTaps: [studentTap], teacherTaps: [teacherTap] }
    return featureObjective(commonInSecondStage({ ...settings, ...taps }, initEpochs), {
      weights: {
        reconstruction: firstStage(1, initEpochs),
        ft: secondStage(settings.weight, initEpochs),
      },
      prepare: ([pair], seed) => ({ variables: translation(pair, seed, settings.rate) }),
      terms: ([{ student, teacher }], variables) => {
        const hint = teacher as tf.Tensor4D
        const factor = stack(hint, variables, 'encode')
        const rebuilt = stack(factor, variables, 'decode')
        return {
          reconstruction: tf.mean<tf.Tensor1D>(tf.squaredDifference(rebuilt, hint), [1, 2, 3]),
          ft: factorLoss(stack(student as tf.Tensor4D, variables, 'translate'), detach(factor)),
        }
      },
    })
  },
})

/** Three 3x3 convolutions, each followed by a leaky ReLU of slope 0.1. */
function stack(x: tf.Tensor4D, variables: TensorRecord, name: string): tf.Tensor4D {
  let features = x
  for (const i of [1, 2, 3]) features = tf.leakyRelu(convolve(features, variables, `${name}${i}`), 0.1)
  return features
}

function translation(pair: ShapePair, seed: number, rate: number): TensorRecord {
  requireMaps([pair])
  const [student, teacher] = [width(pair.student), width(pair.teacher)]
  const factor = wholePart('option "rate" of method "ft"', teacher, rate, 'channels of the teacher')
  const stackVariables = (name: string, inputs: number, outputs: number, after: After): TensorRecord => ({
    ...convolutionVariables(`${name}1`, [3, inputs, inputs], seed, after),
    ...convolutionVariables(`${name}2`, [3, inputs, outputs], seed, after),
    ...convolutionVariables(`${name}3`, [3, outputs, outputs], seed, after),
  })
  return {
    ...stackVariables('encode', teacher, factor, 'bias'),
    ...stackVariables('decode', factor, teacher, 'bias'),
    ...stackVariables('translate', student, factor, 'norm'),
  }
}
