import {
  type NamedShapes,
  type TensorRecord,
  UmbraError,
  adaptiveAvgPool,
  batchNorm,
  entryOf,
  namedSeed,
  tf,
} from '@umbra/core'

/** Taps of the student and of every teacher. */
export interface HintTaps {
  readonly studentTap: string
  readonly teacherTap: string
}

/**
 * A 1x1 convolution with batch norm from the student's map to that of each teacher: `kernel0` `[inputs, outputs]`, `gamma0`,
 * `beta0`, ...
 *
 * Throws UMBRA_TAP_SHAPE if a tap is not a feature map.
 */
export function regressors(
  { student, teachers }: NamedShapes,
  seed: number,
  { studentTap, teacherTap }: HintTaps,
): Record<string, tf.Tensor> {
  const map = student.tap(studentTap)
  const variables: Record<string, tf.Tensor> = {}
  for (const [k, teacher] of teachers.entries()) {
    const hint = teacher.tap(teacherTap)
    const [inputs, outputs] = [channelsOf(map), channelsOf(hint)]
    if (inputs === undefined || outputs === undefined)
      throw new UmbraError('UMBRA_TAP_SHAPE', {
        subject: `tap "${studentTap}" of the student and "${teacherTap}" of teacher ${k + 1}`,
        expected: 'feature maps [batch, height, width, channels]',
        received: `[${map.join(', ')}] and [${hint.join(', ')}]`,
        remedy: 'Tap a layer before pooling',
      })
    const name = `kernel${k}`
    const std = Math.sqrt(2 / inputs)
    variables[name] = tf.truncatedNormal([inputs, outputs], 0, std, 'float32', namedSeed(seed, name))
    variables[`gamma${k}`] = tf.ones([outputs])
    variables[`beta${k}`] = tf.zeros([outputs])
  }
  return variables
}

/** Channels of `[batch, height, width, channels]`, undefined for another shape. */
const channelsOf = (shape: readonly number[]): number | undefined =>
  shape.length === 4 ? shape.at(-1) : undefined

/** `ReLU(BN(1x1 convolution))` of the regressor to teacher k. `[batch, height, width, channels]` */
export function regress(x: tf.Tensor4D, variables: TensorRecord, k: number): tf.Tensor4D {
  const kernel = entryOf(variables, `kernel${k}`) as tf.Tensor2D
  const [batch, height, width, channels] = x.shape
  const rows = tf.reshape<tf.Rank.R2>(x, [-1, channels])
  const mapped: tf.Tensor4D = tf.reshape(tf.matMul(rows, kernel), [batch, height, width, kernel.shape[1]])
  const vector = (name: string) => entryOf(variables, `${name}${k}`) as tf.Tensor1D
  return tf.relu(batchNorm(mapped, vector('gamma'), vector('beta')))
}

/** Two feature maps averaged down to the smaller height and width of both. */
export function toSmaller(a: tf.Tensor4D, b: tf.Tensor4D): [tf.Tensor4D, tf.Tensor4D] {
  const [height, width] = [Math.min(a.shape[1], b.shape[1]), Math.min(a.shape[2], b.shape[2])]
  return [adaptiveAvgPool(a, height, width), adaptiveAvgPool(b, height, width)]
}
