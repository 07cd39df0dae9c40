import { type MethodDefinition, type TensorRecord, defineMethod, tf, z } from '@umbra/core'
import { featureObjective } from '../../shared/feature-objective.js'
import { commonOptions, tapOptions, weightOption } from '../../shared/feature-options.js'
import { width } from '../../shared/layout.js'
import { initialKernel, project } from '../../shared/projector.js'
import { sameSize } from '../../shared/same-size.js'
import { commonInSecondStage, firstStage } from '../../shared/stages.js'
import { sumOf } from '../../shared/sum-of.js'
import { type ShapePair, requireMaps } from '../../shared/tap-shapes.js'
import { zip } from '../../shared/zip.js'

/**
 * Flow of the solution procedure: `G_cd = mean over positions of bottom_c top_d`, the larger map pooled.
 *
 * @returns `[batch, channels of bottom, channels of top]`
 * @see Yim et al., A Gift from Knowledge Distillation, CVPR 2017, equation 1
 */
function flow(bottom: tf.Tensor4D, top: tf.Tensor4D): tf.Tensor3D {
  const [low, high] = sameSize(bottom, top)
  const [a, b] = [positions(low), positions(high)]
  return tf.div(tf.matMul(a, b, true, false), a.shape[1])
}

/** `[batch, height * width, channels]` */
function positions(f: tf.Tensor4D): tf.Tensor3D {
  const [batch, height, columns, channels] = f.shape
  return tf.reshape(f, [batch, height * columns, channels])
}

/**
 * Mean squared difference of the flows between consecutive stages, one term for each step from stage to stage.
 *
 * @param student feature maps of n stages `[batch, height, width, channels]`
 * @param teacher the same number, each with the student's channels
 * @returns n - 1 tensors `[batch]`
 * @see the same, equation 2
 */
export const flowLosses = (student: readonly tf.Tensor4D[], teacher: readonly tf.Tensor4D[]): tf.Tensor1D[] =>
  zip(steps(student), steps(teacher)).map(([s, t]) =>
    tf.mean(tf.squaredDifference(flow(...s), flow(...t)), [1, 2]),
  )

/** Each stage with the next. */
const steps = <T>(stages: readonly T[]): [T, T][] => zip(stages.slice(0, -1), stages.slice(1))

const options = z.strictObject({
  weight: weightOption(50, 'the flow term'),
  initEpochs: z
    .number()
    .min(0)
    .default(0)
    .describe(
      'Epochs with only the flow term before training without it (30 in the released comparison); 0: both terms throughout',
    ),
  ...commonOptions,
  ...tapOptions(['stem', 'stage1', 'stage2', 'stage3'], 2),
})

/** Flow of the solution procedure. Terms: `ce`, `fsp` (summed over the steps between stages), and `kd` if it has a weight. */
export const fsp: MethodDefinition<typeof options> = defineMethod({
  id: 'fsp',
  title: 'Flow of the solution procedure',
  summary: 'The student reproduces how features of one stage relate to those of the next in the teacher.',
  paper: {
    title:
      'A Gift from Knowledge Distillation: Fast Optimization, Network Minimization and Transfer Learning',
    venue: 'CVPR 2017',
    equations: '1, 2',
  },
  formula:
    'L = ceWeight * CE + weight * sum over consecutive stages of mean( (G_s - G_t)^2 ), G_cd = mean over positions of bottom_c * top_d; with initEpochs > 0 first the second term alone, then the first alone',
  departures: [
    'Both terms together by default, since a separate stage must be shorter than the run; the paper and RepDistiller train on the flow first (initEpochs).',
    'Where a student’s width differs from the teacher’s a trained 1x1 convolution brings it there; the paper needs equal widths.',
    'Larger maps are averaged down, where the paper uses max pooling.',
  ],
  options,
  objective: (settings) =>
    featureObjective(commonInSecondStage(settings, settings.initEpochs), {
      weights: { fsp: firstStage(settings.weight, settings.initEpochs) },
      prepare: (pairs, seed) => ({ variables: projectors(pairs, seed) }),
      terms: (pairs, variables) => {
        const projected = pairs.map(({ student }, i) => {
          const kernel = variables[`kernel${i}`]
          const map = student as tf.Tensor4D
          return kernel === undefined ? map : project(map, kernel as tf.Tensor2D)
        })
        const hints = pairs.map(({ teacher }) => teacher as tf.Tensor4D)
        return { fsp: sumOf(flowLosses(projected, hints)) }
      },
    }),
})

function projectors(pairs: readonly ShapePair[], seed: number): TensorRecord {
  requireMaps(pairs)
  const made = pairs.map(({ student, teacher }, i) => ({
    name: `kernel${i}`,
    from: width(student),
    to: width(teacher),
  }))
  return Object.fromEntries(
    made
      .filter(({ from, to }) => from !== to)
      .map(({ name, from, to }) => [name, initialKernel(from, to, seed, name)]),
  )
}
