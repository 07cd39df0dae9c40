import { oneHot, tf, z } from '@umbra/core'
import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { decouple } from './wrong-classes.js'

/** Evenly spaced temperatures from `gridMin` up to at most `gridMax`, dimensionless. */
export interface TemperatureGrid {
  readonly gridMin: number
  readonly gridMax: number
  readonly gridStep: number
}

export const gridOptions = {
  gridMin: z.number().positive().default(1).describe('Lowest temperature tried, above 0; inferred'),
  gridMax: z.number().positive().default(8).describe('Highest temperature tried, at least gridMin; inferred'),
  gridStep: z
    .number()
    .min(0.01)
    .default(0.25)
    .describe('Distance of the temperatures tried, 0.01 or more; inferred'),
}

const ROUNDING = 1e-9
/** Relative difference of float32 probabilities that are equal in truth. */
const ROUNDING_OF_EXP = 1e-6
/** In place of the logarithm of 0: equal wrong classes tie at all temperatures. */
const NO_VARIANCE = -1e30

/** The temperatures tried; only `gridMin` where `gridMax` is not above it. */
export function gridTemperatures({ gridMin, gridMax, gridStep }: TemperatureGrid): number[] {
  const steps = Math.max(0, Math.floor((gridMax - gridMin) / gridStep + ROUNDING))
  return Array.from({ length: steps + 1 }, (_, i) => gridMin + i * gridStep)
}

/** The temperature of each index into the grid, float32 `[batch]`. */
export const gridValue = (index: Tensor1D, grid: TemperatureGrid): Tensor1D =>
  tf.add(tf.mul(tf.cast(index, 'float32'), grid.gridStep), grid.gridMin)

/** Variance of the wrong classes of each example at each temperature of a grid. */
export interface GridVariance {
  /** The grid, `[points]`. */
  readonly taus: Tensor1D
  /** Log of the population variance of the wrong classes' probabilities, `[batch, points]`. */
  readonly logVariance: Tensor2D
  /** Whether the labelled class is the most probable one, bool `[batch, points]`. */
  readonly keepsLabel: Tensor2D
}

/**
 * Variance of the wrong classes at every temperature of a grid: `log v(q) = 2 log(1 - p_y) + log v(q~)`.
 *
 * In logarithms, since `v(q)` itself leaves float32 where the labelled class stands far above the others.
 *
 * @param logits raw logits `[batch, classes]`
 * @param labels class indices, int32 `[batch]`
 * @param tau1 temperature of the labelled class; the grid's own where left out
 */
export function varianceOverGrid(
  logits: Tensor2D,
  labels: Tensor1D,
  grid: TemperatureGrid,
  tau1?: Scalar,
): GridVariance {
  const [batch, classes] = logits.shape
  const taus = tf.tensor1d(gridTemperatures(grid))
  const points = taus.shape[0]
  const spread = tf.div(tf.expandDims(logits, 1), tf.reshape(taus, [1, points, 1]))
  const labelled = tf.expandDims(oneHot(labels, classes), 1)
  const scaled =
    tau1 === undefined
      ? spread
      : tf.add(tf.mul(spread, tf.sub(1, labelled)), tf.mul(tf.div(tf.expandDims(logits, 1), tau1), labelled))
  const rows: Tensor2D = tf.reshape(scaled, [batch * points, classes])
  const rowLabels: Tensor1D = tf.reshape(tf.tile(tf.expandDims(labels, 1), [1, points]), [batch * points])
  const { binary, wrong } = decouple(rows, rowLabels)
  const isWrong = tf.sub(1, oneHot(rowLabels, classes))
  const deviation = tf.mul(isWrong, tf.sub(tf.exp(wrong), 1 / (classes - 1)))
  const inherent = tf.div(tf.sum(tf.square(deviation), 1), classes - 1)
  const mass = tf.reshape(tf.slice(binary, [0, 1], [-1, 1]), [batch * points])
  const varies = tf.greater(inherent, (ROUNDING_OF_EXP / (classes - 1)) ** 2)
  const logOf = tf.log(tf.where(varies, inherent, tf.onesLike(inherent)))
  const logVariance = tf.where(varies, tf.add(tf.mul(mass, 2), logOf), tf.fill(mass.shape, NO_VARIANCE))
  const ofLabel = tf.sum(tf.mul(rows, oneHot(rowLabels, classes)), 1)
  const keepsLabel = tf.greaterEqual(ofLabel, tf.max(rows, 1))
  return {
    taus,
    logVariance: tf.reshape(logVariance, [batch, points]),
    keepsLabel: tf.reshape(keepsLabel, [batch, points]),
  }
}
