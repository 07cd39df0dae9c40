import { tf } from '@umbra/core'

/** 1 where the classes differ, `[rows, columns]`: the possible negatives. */
export const otherClasses = (rows: tf.Tensor1D, columns: tf.Tensor1D): tf.Tensor2D =>
  tf.cast<tf.Tensor2D>(tf.notEqual(tf.reshape(rows, [-1, 1]), tf.reshape(columns, [1, -1])), 'float32')
