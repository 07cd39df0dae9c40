import { tf } from '@umbra/core'

/** One vector per example: maps are averaged over height and width. `[batch, channels]` */
export const toEmbedding = (x: tf.Tensor): tf.Tensor2D =>
  x.rank === 4 ? tf.mean<tf.Tensor2D>(x, [1, 2]) : toRows(x)

/** All features of an example in one row. `[batch, features]` */
export const toRows = (x: tf.Tensor): tf.Tensor2D => tf.reshape(x, [x.shape[0], x.size / x.shape[0]])

/** A vector is a map of one cell. `[batch, height, width, channels]` */
export const toMaps = (x: tf.Tensor): tf.Tensor4D =>
  x.rank === 4 ? (x as tf.Tensor4D) : tf.reshape(x, [x.shape[0], 1, 1, x.size / x.shape[0]])

/** Number of features in a row of `toRows`, for a static shape: all dimensions but the batch's. */
export const flatWidth = (shape: readonly number[]): number => shape.slice(1).reduce((a, b) => a * b, 1)

/** Number of channels of a static shape: its last dimension. */
export const width = (shape: readonly number[]): number =>
  // Every static shape has the batch dimension at least.
  shape.at(-1)!
