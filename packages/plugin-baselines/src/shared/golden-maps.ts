import { type GoldenCase, tf } from '@umbra/core'
import { goldenInputs } from '@umbra/core/testing'
import { type LossOutcome, evaluateLoss } from './golden-loss.js'
import { zip } from './zip.js'

/** Feature maps from `[batch, channels, height, width]` to `[batch, height, width, channels]`. */
export const toChannelsLast = (x: tf.Tensor): tf.Tensor4D =>
  tf.transpose<tf.Tensor4D>(x as tf.Tensor4D, [0, 2, 3, 1])

/** Losses `[batch]` of numbered feature maps of both networks: terms `pair_0`, `pair_1`, ..., and gradients by the student's maps. */
export function onMaps(
  golden: GoldenCase,
  losses: (student: readonly tf.Tensor4D[], teacher: readonly tf.Tensor4D[]) => readonly tf.Tensor1D[],
): LossOutcome {
  const maps = goldenInputs(golden, 'student_feat_')
  const hints = goldenInputs(golden, 'teacher_feat_', maps.length).map(toChannelsLast)
  const student = Object.fromEntries(maps.map((x, i) => [`student_feat_${i}`, x]))
  return evaluateLoss(student, (inputs) => {
    const means = losses(Object.values(inputs).map(toChannelsLast), hints).map((term) =>
      tf.mean<tf.Scalar>(term),
    )
    const terms = Object.fromEntries(means.map((term, i) => [`pair_${i}`, term]))
    return { loss: tf.addN(means), terms }
  })
}

/** The same for a loss of one pair of maps. */
export const onMapPairs = (
  golden: GoldenCase,
  loss: (student: tf.Tensor4D, teacher: tf.Tensor4D) => tf.Tensor1D,
): LossOutcome => onMaps(golden, (student, teacher) => zip(student, teacher).map(([s, t]) => loss(s, t)))
