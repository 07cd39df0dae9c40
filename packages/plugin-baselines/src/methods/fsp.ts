import { type MethodDefinition, type TensorRecord, defineMethod, tf, z } from '@umbra/core'
import type { Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core'
import { featureObjective, sumOf } from '../features/feature-objective.js'
import { commonOptions, tapOptions, weightOption } from '../features/feature-options.js'
import { width } from '../features/layout.js'
import { initialKernel, project } from '../features/projector.js'
import { sameSize } from '../features/same-size.js'
import { firstStage, secondStage } from '../features/stages.js'
import { type ShapePair, requireMaps } from '../features/tap-shapes.js'

/**
 * Flow of the solution procedure: `G_cd = mean over positions of bottom_c top_d`, the larger map pooled.
 *
 * @returns `[batch, channels of bottom, channels of top]`
 * @see Yim et al., A Gift from Knowledge Distillation, CVPR 2017, equation 1
 */
export function flow(bottom: Tensor4D, top: Tensor4D): Tensor3D {
  const [a, b] = sameSize(bottom, top).map((f): Tensor3D => {
    const [batch, height, columns, channels] = f.shape
    return tf.reshape(f, [batch, height * columns, channels])
  })
  return tf.div(tf.matMul(a!, b!, true, false), a!.shape[1])
}

/**
 * Mean squared difference of the flows between consecutive stages, one term for each step from stage to stage.
 *
 * @param student feature maps of n stages `[batch, height, width, channels]`
 * @param teacher as many, each with the student's channels
 * @returns n - 1 tensors `[batch]`
 * @see the same, equation 2
 */
export const flowLosses = (student: readonly Tensor4D[], teacher: readonly Tensor4D[]): Tensor1D[] =>
  student
    .slice(1)
    .map((top, i) =>
      tf.mean(tf.squaredDifference(flow(student[i]!, top), flow(teacher[i]!, teacher[i + 1]!)), [1, 2]),
    )

const options = z.strictObject({
  weight: weightOption(50, 'the flow term'),
  initEpochs: z
    .number()
    .min(0)
    .default(0)
    .describe(
      'Epochs on the flow alone before training without it (30 in the released comparison); 0: both terms throughout',
    ),
  ...commonOptions,
  ...tapOptions(['stem', 'stage1', 'stage2', 'stage3'], 2),
})

/** Flow of the solution procedure. Terms: `ce`, `fsp` (summed over the steps between stages), and `kd` if it has a weight. */
export const fsp: MethodDefinition<typeof options> = defineMethod({
  id: 'fsp',
  title: 'Flow of the solution procedure',
  summary: 'How features of one stage go with those of the next is to be the same in student and teacher.',
  paper: {
    title:
      'A Gift from Knowledge Distillation: Fast Optimization, Network Minimization and Transfer Learning',
    venue: 'CVPR 2017',
    equations: '1, 2',
  },
  formula:
    'L = ceWeight * CE + weight * sum over consecutive stages of mean( (G_s - G_t)^2 ), G_cd = mean over positions of bottom_c * top_d; with initEpochs > 0 first the second term alone, then the first alone',
  teachers: { min: 1, max: 1 },
  departures: [
    'Both terms together by default, since a stage of its own must be shorter than the run; the paper and RepDistiller train on the flow first (initEpochs).',
    'Where a student’s width differs from the teacher’s a trained 1x1 convolution brings it there; the paper needs equal widths.',
    'Larger maps are averaged down, where the paper uses max pooling.',
  ],
  options,
  objective: (given) => {
    const { weight, initEpochs, ceWeight, kdWeight } = given
    const staged = {
      ...given,
      ceWeight: secondStage(ceWeight, initEpochs),
      kdWeight: kdWeight === 0 ? 0 : secondStage(kdWeight, initEpochs),
    }
    return featureObjective(staged, {
      weights: { fsp: firstStage(weight, initEpochs) },
      prepare: projectors,
      terms: (student, teacher, variables) => {
        const own = (student as readonly Tensor4D[]).map((f, i) => {
          const kernel = variables[`kernel${i}`]
          return kernel === undefined ? f : project(f, kernel as Tensor2D)
        })
        return { fsp: sumOf(flowLosses(own, teacher as readonly Tensor4D[])) }
      },
    })
  },
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
