import {
  type ObjectiveModels,
  type StaticShapes,
  type TensorRecord,
  UmbraError,
  suggestion,
  tf,
} from '@umbra/core'
import type { Tensor1D } from '@tensorflow/tfjs-core'

type Teacher = ObjectiveModels['teachers'][number]
type Layer = Teacher['layers'][number]

/** Below this chance of a negative value its conditional mean is not used. */
const RARE = 0.001

/**
 * Mean of what is negative before a ReLU: `E[x | x < 0]` for `x ~ N(beta, gamma^2)`,
 * `beta - |gamma| phi(beta / |gamma|) / Phi(-beta / |gamma|)`; `-3 |gamma|` where `Phi(-beta / |gamma|) <= 0.001`.
 *
 * @param gamma scale of the batch normalisation, `[channels]`
 * @param beta its shift, `[channels]`
 * @returns `[channels]`
 * @see Heo et al., arXiv 1904.01866, equation 4
 */
export function marginsFrom(gamma: Tensor1D, beta: Tensor1D): Tensor1D {
  return tf.tidy(() => {
    // A scale of exactly 0 has a margin of 0 or beta in the limit; this keeps the quotients finite.
    const scale = tf.maximum(tf.abs(gamma), 1e-12)
    const ratio = tf.clipByValue(tf.div(beta, scale), -1e4, 1e4)
    const below = tf.mul(0.5, tf.sub(1, tf.erf(tf.mul(ratio, Math.SQRT1_2))))
    const density = tf.div(tf.exp(tf.mul(-0.5, tf.square(ratio))), Math.sqrt(2 * Math.PI))
    const common = tf.sub(beta, tf.div(tf.mul(scale, density), tf.maximum(below, RARE / 2)))
    return tf.where(tf.greater(below, RARE), common, tf.mul(-3, scale)) as Tensor1D
  })
}

/** `margin0`, `margin1`, ... for the teacher's taps, `[channels]` each. Throws UMBRA_TAP_UNKNOWN and UMBRA_TAP_SHAPE. */
export function marginsOf(
  {
    teacherTaps,
    teacherNorms,
  }: { readonly teacherTaps: readonly string[]; readonly teacherNorms: readonly string[] },
  { teachers }: StaticShapes,
  teacher: Teacher | undefined,
): TensorRecord {
  const norms = teacher?.layers.filter((layer) => layer.getClassName() === 'BatchNormalization') ?? []
  const margins = teacherTaps.map((tap, i) => {
    const shape = teachers[0]!.taps[tap]!
    const norm =
      teacherNorms.length > 0 ? byName(norms, teacherNorms[i] ?? '', tap) : lastOfShape(norms, shape, tap)
    const [gamma, beta] = ['gamma', 'beta'].map((name) => parameter(norm, name, shape, tap))
    return [`margin${i}`, marginsFrom(gamma!, beta!)] as const
  })
  return Object.fromEntries(margins)
}

function byName(norms: readonly Layer[], name: string, tap: string): Layer {
  const found = norms.find((layer) => layer.name === name)
  if (found !== undefined) return found
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
  const found = norms.findLast(
    ({ outputShape }) => shape.slice(1).join() === (outputShape as (number | null)[]).slice(1).join(),
  )
  if (found !== undefined) return found
  throw new UmbraError('UMBRA_TAP_SHAPE', {
    subject: `tap "${tap}" of the teacher, [${shape.join(', ')}]`,
    expected: 'a batch normalisation layer of the same shape',
    received: 'none in the teacher',
    remedy: 'Tap a layer between a batch normalisation and its ReLU, or name the layers in `teacherNorms`',
  })
}

/** The layer's own tensor, which stays with the layer. */
function parameter(norm: Layer, name: string, shape: readonly number[], tap: string): Tensor1D {
  const weight = norm.weights.find(({ originalName }) => originalName.endsWith(name))
  const value = weight?.read()
  if (value?.shape[0] === shape.at(-1)) return value as Tensor1D
  throw new UmbraError('UMBRA_TAP_SHAPE', {
    subject: `${name} of layer "${norm.name}" for tap "${tap}"`,
    expected: `one value for each of the ${shape.at(-1)} channels`,
    received: value === undefined ? 'none' : String(value.shape[0]),
    remedy: 'Name the batch normalisation before the tapped ReLU in `teacherNorms`',
  })
}
