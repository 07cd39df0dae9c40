import {
  type MethodDefinition,
  type TensorRecord,
  adaptiveAvgPool,
  defineMethod,
  detach,
  entryOf,
  tf,
  z,
} from '@umbra/core'
import { convolutionVariables, convolve } from '../../shared/convolution.js'
import { featureObjective } from '../../shared/feature-objective.js'
import { commonOptions, tapOptions, weightOption } from '../../shared/feature-options.js'
import { width } from '../../shared/layout.js'
import { sumOf } from '../../shared/sum-of.js'
import { type ShapePair, requireMaps } from '../../shared/tap-shapes.js'
import { zip } from '../../shared/zip.js'
import { marginsOf } from './bn-margins.js'

/**
 * Partial L2 distance of one stage: `sum over channels and positions of (s - max(t, m))^2` where the student exceeds the
 * teacher's margin-ReLU or the teacher is active.
 *
 * Teacher above 0: `(s - t)^2`. Between margin and 0: `(s - t)^2` if `s > t`. At or below the margin: `(s - m)^2` if `s > m`.
 *
 * @param student pre-activations after the connector `[batch, height, width, channels]`
 * @param teacher pre-activations; averaged to the student's size
 * @param margin `[channels]`, below 0
 * @returns `[batch]`, a sum: it grows with the maps
 * @see Heo et al., arXiv 1904.01866, equations 2 and 3
 */
function partialDistance(student: tf.Tensor4D, teacher: tf.Tensor4D, margin: tf.Tensor1D): tf.Tensor1D {
  const [, height, across] = student.shape
  const target = adaptiveAvgPool(teacher, height, across)
  const bounded = tf.maximum(target, margin)
  const isAbove = tf.cast(tf.greater(detach(student), bounded), 'float32')
  const isActive = tf.cast(tf.greater(target, 0), 'float32')
  return tf.sum(tf.mul(tf.squaredDifference(student, bounded), tf.maximum(isAbove, isActive)), [1, 2, 3])
}

/** Distances of all stages, shallow to deep; stage i of n weighs `2^(i - n + 1)`. `[batch]` */
export const overhaulLoss = (
  student: readonly tf.Tensor4D[],
  teacher: readonly tf.Tensor4D[],
  margins: readonly tf.Tensor1D[],
): tf.Tensor1D =>
  sumOf(
    zip(zip(student, teacher), margins).map(([[s, t], margin], i) =>
      tf.mul(partialDistance(s, t, margin), 2 ** (i - student.length + 1)),
    ),
  )

const options = z.strictObject({
  weight: weightOption(0.001, 'the feature term'),
  teacherNorms: z
    .array(z.string().min(1))
    .default([])
    .describe(
      'Batch normalisation layers of the teacher before the tapped ReLUs, one per tap; empty: the last one of each tap’s shape',
    ),
  ...commonOptions,
  ...tapOptions(['stage1_pre', 'stage2_pre', 'stage3_pre']),
})

/** Overhaul of feature distillation. Terms: `ce`, `ofd`, and `kd` if it has a weight. Needs taps before the ReLU. */
export const ofd: MethodDefinition<typeof options> = defineMethod({
  id: 'ofd',
  title: 'A comprehensive overhaul of feature distillation',
  summary:
    'Features before the ReLU are matched where the teacher is active, and kept below a margin where it is not.',
  paper: {
    title: 'A Comprehensive Overhaul of Feature Distillation',
    venue: 'ICCV 2019',
    arxiv: '1904.01866',
    equations: '2 to 4',
  },
  formula:
    'L = ceWeight * CE + weight * sum over stages i of 2^(i - n + 1) * d_p( BN(conv1x1(f_s)), max(f_t, m) ), m_c = E[x | x < 0] for x ~ N(beta_c, gamma_c) of the teacher’s batch normalisation',
  departures: [
    'Taps must stand before the ReLU (aliases `stage1_pre` ... of the ResNets here, or names of layers), and the teacher needs batch normalisation there; its scale and shift give the margins.',
    'Where P(x < 0) is 0.001 or less the margin is -3 |gamma|, as in the authors’ code.',
    'Connectors’ batch normalisation uses the statistics of the current batch.',
  ],
  options,
  objective: (settings) =>
    featureObjective(settings, {
      weights: { ofd: settings.weight },
      prepare: (pairs, seed, { teachers: [teacher] }) => ({
        variables: connectors(pairs, seed),
        state: marginsOf(pairs, settings.teacherNorms, teacher),
      }),
      terms: (pairs, variables, state) => {
        const connected = pairs.map(({ student }, i) =>
          convolve(student as tf.Tensor4D, variables, `connector${i}`),
        )
        const hints = pairs.map(({ teacher }) => teacher as tf.Tensor4D)
        const margins = pairs.map((_, i) => entryOf(state, `margin${i}`) as tf.Tensor1D)
        return { ofd: overhaulLoss(connected, hints, margins) }
      },
    }),
})

function connectors(pairs: readonly ShapePair[], seed: number): TensorRecord {
  requireMaps(pairs)
  const made = pairs.map(({ student, teacher }, i) =>
    convolutionVariables(`connector${i}`, [1, width(student), width(teacher)], seed, 'norm'),
  )
  return Object.assign({}, ...made) as TensorRecord
}
