import {
  type MethodDefinition,
  type TensorRecord,
  adaptiveAvgPool,
  defineMethod,
  scheduledAtLeast,
  tf,
  z,
} from '@umbra/core'
import type { AtLeastOne } from '../../shared/at-least-one.js'
import { convolutionVariables, convolve } from '../../shared/convolution.js'
import { featureObjective } from '../../shared/feature-objective.js'
import { commonOptions, tapOptions } from '../../shared/feature-options.js'
import { toMaps, width } from '../../shared/layout.js'
import { sumOf } from '../../shared/sum-of.js'
import type { ShapePair } from '../../shared/tap-shapes.js'
import { zip } from '../../shared/zip.js'
import { resizeNearest } from './resize-nearest.js'

/**
 * Hierarchical context loss of one map: `[ MSE + sum over levels l < height of 2^-k MSE(pooled to l x l) ] / [ 1 + sum 2^-k ]`,
 * levels 4, 2, 1 and `k` = 1, 2, ... over those smaller than the map.
 *
 * @param student fused features `[batch, height, width, channels]`
 * @param teacher features of the same shape
 * @returns `[batch]`, in squared units of the teacher's features
 * @see Chen, Liu, Zhao, Jia, arXiv 2104.09044, section 3.3
 */
export function contextLoss(student: tf.Tensor4D, teacher: tf.Tensor4D): tf.Tensor1D {
  const levels = [4, 2, 1].filter((size) => size < student.shape[1])
  const error = (s: tf.Tensor4D, t: tf.Tensor4D): tf.Tensor1D =>
    tf.mean(tf.squaredDifference(s, t), [1, 2, 3])
  const pooled = levels.map((size, k) =>
    tf.mul(error(adaptiveAvgPool(student, size, size), adaptiveAvgPool(teacher, size, size)), 2 ** -(k + 1)),
  )
  const total = levels.reduce((sum, _, k) => sum + 2 ** -(k + 1), 1)
  return tf.div(tf.addN([error(student, teacher), ...pooled]), total)
}

/** Widest fused features, `min(512, channels)`, as in the authors' code; no option. */
const WIDEST = 512

const options = z.strictObject({
  weight: scheduledAtLeast(0)
    .default({ kind: 'warm-up', epochs: 20, from: 0, then: { kind: 'constant', value: 1 } })
    .describe('Weight of the review term, 0 or more; by default it rises to 1 over 20 epochs'),
  ...commonOptions,
  studentTaps: tapOptions(['stage1', 'stage2', 'stage3', 'pooled']).studentTaps,
  teacherTaps: tapOptions(['stage1_pre', 'stage2_pre', 'stage3_pre', 'pooled']).teacherTaps,
})

/** Knowledge review. Terms: `ce`, `review`, and `kd` if it has a weight. */
export const reviewkd: MethodDefinition<typeof options> = defineMethod({
  id: 'reviewkd',
  title: 'Knowledge review',
  summary:
    'Each stage of the student, fused with all deeper ones, reproduces the teacher’s stage at several scales.',
  paper: {
    title: 'Distilling Knowledge via Knowledge Review',
    venue: 'CVPR 2021',
    arxiv: '2104.09044',
    equations: '6 to 8',
  },
  formula:
    'L = ceWeight * CE + weight * sum over stages of HCL(fused student stage, teacher stage); fused = attention between the stage and the upsampled deeper one',
  departures: [
    'Batch normalisation of the fusion uses the statistics of the current batch.',
    'Follows the published code: the weights of the levels are divided by their sum, the teacher’s stages are taken before the ReLU, the student’s after it.',
    'The weight is 1 for all pairs; the paper chooses it for each.',
  ],
  options,
  objective: (settings) =>
    featureObjective(settings, {
      weights: { review: settings.weight },
      prepare: (pairs, seed) => ({ variables: fusions(pairs, seed) }),
      terms: (pairs, variables) => {
        const hints = pairs.map(({ teacher }) => toMaps(teacher))
        const maps = pairs.map(({ student }) => toMaps(student))
        const fused = fuse(maps, hints, variables)
        return { review: sumOf(zip(fused, hints).map(([map, hint]) => contextLoss(map, hint))) }
      },
    }),
})

function fusions(pairs: AtLeastOne<ShapePair>, seed: number): TensorRecord {
  const deepest = pairs.at(-1) ?? pairs[0]
  const middle = Math.min(WIDEST, width(deepest.student))
  const made = pairs.map(({ student, teacher }, i) => ({
    ...convolutionVariables(`in${i}`, [1, width(student), middle], seed, 'norm'),
    ...convolutionVariables(`out${i}`, [3, middle, width(teacher)], seed, 'norm'),
    ...(i < pairs.length - 1 ? convolutionVariables(`attention${i}`, [1, 2 * middle, 2], seed, 'bias') : {}),
  }))
  return Object.assign({}, ...made) as TensorRecord
}

/** Attention-based fusion from the deepest stage upwards; each result has the shape of the teacher's stage. */
function fuse(
  student: readonly tf.Tensor4D[],
  teacher: readonly tf.Tensor4D[],
  variables: TensorRecord,
): tf.Tensor4D[] {
  const results: tf.Tensor4D[] = []
  let deeper: tf.Tensor4D | undefined
  for (const [i, [map, hint]] of [...zip(student, teacher).entries()].reverse()) {
    let features = convolve(map, variables, `in${i}`)
    if (deeper !== undefined) {
      const [, height, across] = features.shape
      const residual = resizeNearest(deeper, height, across)
      const attention = tf.sigmoid(convolve(tf.concat([features, residual], 3), variables, `attention${i}`))
      const [here, below] = tf.split(attention, 2, 3) as [tf.Tensor4D, tf.Tensor4D]
      features = tf.add(tf.mul(features, here), tf.mul(residual, below))
    }
    const [, height, across] = hint.shape
    deeper = resizeNearest(features, height, across)
    results.unshift(convolve(deeper, variables, `out${i}`))
  }
  return results
}
