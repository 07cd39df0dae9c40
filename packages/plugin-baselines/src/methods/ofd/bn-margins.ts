import { type ObjectiveModels, type TensorRecord, UmbraError, suggestion, tf } from '@umbra/core'
import type { ShapePair } from '../../shared/tap-shapes.js'

type Teacher = ObjectiveModels['teachers'][number]
type Layer = Teacher['layers'][number]

/** Below this chance of a negative value its conditional mean is not used. */
const RARE = 0.001

/**
 * Mean of the negative values before a ReLU: `E[x | x < 0]` for `x ~ N(beta, gamma^2)`,
 * `beta - |gamma| phi(beta / |gamma|) / Phi(-beta / |gamma|)`; `-3 |gamma|` where `Phi(-beta / |gamma|) <= 0.001`.
 *
 * @param gamma scale of the batch normalisation, `[channels]`
 * @param beta its shift, `[channels]`
 * @returns `[channels]`
 * @see Heo et al., arXiv 1904.01866, equation 4
 */
export function marginsFrom(gamma: tf.Tensor1D, beta: tf.Tensor1D): tf.Tensor1D {
  return tf.tidy(() => {
    // A scale of exactly 0 has a margin of 0 or beta in the limit; this keeps the quotients finite.
    const scale = tf.maximum(tf.abs(gamma), 1e-12)
    const ratio = tf.clipByValue(tf.div(beta, scale), -1e4, 1e4)
    const below = tf.mul(0.5, tf.sub(1, tf.erf(tf.mul(ratio, Math.SQRT1_2))))
    const density = tf.div(tf.exp(tf.mul(-0.5, tf.square(ratio))), Math.sqrt(2 * Math.PI))
    const common = tf.sub(beta, tf.div(tf.mul(scale, density), tf.maximum(below, RARE / 2)))
    return tf.where(tf.greater(below, RARE), common, tf.mul(-3, scale)) as tf.Tensor1D
  })
}

/**
 * `margin0`, `margin1`, ... for the teacher's taps, `[channels]` each. Throws UMBRA_TAP_UNKNOWN and UMBRA_TAP_SHAPE.
 *
 * @param norms names of the batch normalisation layers, one per tap; empty: the last one of each tap's shape
 */
export function marginsOf(
  pairs: readonly ShapePair[],
  norms: readonly string[],
  teacher: Teacher | undefined,
): TensorRecord {
  const layers = teacher?.layers.filter((layer) => layer.getClassName() === 'BatchNormalization') ?? []
  const margins = pairs.map(({ teacherTap, teacher: shape }, i) => {
    const norm =
      norms.length > 0 ? byName(layers, norms[i] ?? '', teacherTap) : lastOfShape(layers, shape, teacherTap)
    const [gamma, beta] = [
      parameter(norm, 'gamma', shape, teacherTap),
      parameter(norm, 'beta', shape, teacherTap),
    ]
    return [`margin${i}`, marginsFrom(gamma, beta)] as const
  })
  return Object.fromEntries(margins)
}

function byName(norms: readonly Layer[], name: string, tap: string): Layer {
  const named = norms.find((layer) => layer.name === name)
  if (named !== undefined) return named
  throw new UmbraError('UMBRA_TAP_UNKNOWN', {
    subject: `option "teacherNorms", layer "${name}" for tap "${tap}"`,
    expected: 'a batch normalisation layer of the teacher for each of its taps',
    remedy: suggestion(
      name,
      norms.map((layer) => layer.name),
    ),
  })
}

function lastOfShape(norms: readonly Layer[], shape: readonly number[], tap: string): Layer {
  const last = norms.findLast(
    ({ outputShape }) => shape.slice(1).join() === (outputShape as (number | null)[]).slice(1).join(),
  )
  if (last !== undefined) return last
  throw new UmbraError('UMBRA_TAP_SHAPE', {
    subject: `tap "${tap}" of the teacher, [${shape.join(', ')}]`,
    expected: 'a batch normalisation layer of the same shape',
    received: 'none in the teacher',
    remedy: 'Tap a layer between a batch normalisation and its ReLU, or name the layers in `teacherNorms`',
  })
}

/** The layer's tensor, not a copy: the layer keeps and disposes it. */
function parameter(norm: Layer, name: string, shape: readonly number[], tap: string): tf.Tensor1D {
  const weight = norm.weights.find(({ originalName }) => originalName.endsWith(name))
  const value = weight?.read()
  if (value?.shape[0] === shape.at(-1)) return value as tf.Tensor1D
  throw new UmbraError('UMBRA_TAP_SHAPE', {
    subject: `${name} of layer "${norm.name}" for tap "${tap}"`,
    expected: `one value for each of the ${shape.at(-1)} channels`,
    received: value === undefined ? 'none' : String(value.shape[0]),
    remedy: 'Name the batch normalisation before the tapped ReLU in `teacherNorms`',
  })
}
