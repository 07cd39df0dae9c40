import {
  type EnhancementDefinition,
  type SoftTargets,
  UmbraError,
  defineEnhancement,
  oneHot,
  tf,
  z,
} from '@umbra/core'
import { inherentVariance } from '../measures/inherent-variance.js'
import { powerEnhanced } from './power.js'

/** How the exponent is searched. */
export interface MatchSearch {
  /** Largest exponent tried, >= 1. */
  readonly maxGamma: number
  /** Halvings of the interval of `log gamma`. */
  readonly steps: number
}

/**
 * The exponent of `power`, sample by sample, with which the inherent variance reaches a reference: `v(q~(gamma)) = r`.
 *
 * Found by bisection of `log gamma` in `[0, log maxGamma]`; the variance grows with gamma, so it converges. 1 if the
 * variance already is at the reference or above, close to `maxGamma` if no exponent reaches it.
 *
 * @param logProbabilities log of the target, `[batch, classes]`
 * @param labels class indices, int32 `[batch]`
 * @param reference inherent variance to reach, >= 0, `[batch]`
 * @returns gamma, `[batch]`, from 1 to `maxGamma`
 */
export function matchingGamma(
  logProbabilities: tf.Tensor2D,
  labels: tf.Tensor1D,
  reference: tf.Tensor1D,
  { maxGamma, steps }: MatchSearch,
): tf.Tensor1D {
  let low: tf.Tensor1D = tf.zerosLike(reference)
  let width = Math.log(maxGamma)
  for (let step = 0; step < steps; step++) {
    width /= 2
    const middle = tf.add<tf.Tensor1D>(low, width)
    const scaled = tf.mul<tf.Tensor2D>(logProbabilities, tf.reshape(tf.exp(middle), [-1, 1]))
    low = tf.where(tf.less(inherentVariance(scaled, labels), reference), middle, low)
  }
  return tf.exp(low)
}

/**
 * `power` with an exponent for each sample, so that its inherent variance reaches `reference`.
 *
 * @param reference `[batch]`, or a scalar for all
 */
export function matchEnhanced(
  targets: SoftTargets,
  labels: tf.Tensor1D,
  reference: tf.Tensor1D | tf.Scalar,
  search: MatchSearch,
): SoftTargets {
  const each = tf.mul<tf.Tensor1D>(tf.onesLike(tf.cast(labels, 'float32')), reference)
  const gamma = matchingGamma(targets.logProbabilities, labels, each, search)
  return powerEnhanced(targets, labels, tf.reshape(gamma, [-1, 1]))
}

const variance = z.number().min(0)

const options = z.strictObject({
  reference: z
    .union([variance, z.array(variance).min(2)])
    .default(0.01)
    .describe(
      'Inherent variance to reach, 0 or more: a number, or one for each class (a smaller teacher’s mean by class)',
    ),
  maxGamma: z.number().min(1).default(64).describe('Largest exponent, 1 or more'),
  steps: z.int().min(1).max(40).default(20).describe('Steps of the bisection, 1 to 40'),
})

/** Enhancement `match`: `power` with the exponent that brings a sample's inherent variance to a reference, see `matchingGamma`. */
export const match: EnhancementDefinition<typeof options> = defineEnhancement({
  id: 'match',
  summary:
    'Raises the wrong classes to a power chosen for each sample, so that their variance reaches a reference.',
  options,
  create: ({ reference, maxGamma, steps }) => ({
    apply: (targets, labels) => {
      const level =
        typeof reference === 'number'
          ? tf.scalar(reference)
          : lookUp(reference, labels, targets.logProbabilities.shape[1])
      return matchEnhanced(targets, labels, level, { maxGamma, steps })
    },
  }),
})

function lookUp(table: readonly number[], labels: tf.Tensor1D, classes: number): tf.Tensor1D {
  if (table.length === classes)
    return tf.squeeze(tf.matMul(oneHot(labels, classes), tf.tensor2d([...table], [classes, 1])), [1])
  throw new UmbraError('UMBRA_CLASSES', {
    subject: 'option "reference" of enhancement "match"',
    expected: `${classes} numbers, one for each class`,
    received: `${table.length}`,
  })
}
