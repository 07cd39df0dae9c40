import { tf } from '@umbra/core'

/**
 * Nearest-neighbour resizing: output row `i` is input row `floor(i H / h)`, and the same for columns.
 *
 * @param x `[batch, H, W, channels]`
 * @returns `[batch, height, width, channels]`
 */
export function resizeNearest(x: tf.Tensor4D, height: number, width: number): tf.Tensor4D {
  const [batch, rows, columns, channels] = x.shape
  if (rows === height && columns === width) return x
  // Products with 0/1 matrices: their gradients are products again, which every engine has.
  const byRow = tf.reshape(tf.transpose(x, [0, 2, 3, 1]), [batch * columns * channels, rows])
  const tall = tf.reshape(tf.matMul(byRow, picking(rows, height)), [batch, columns, channels, height])
  const byColumn = tf.reshape(tf.transpose(tall, [0, 3, 2, 1]), [batch * height * channels, columns])
  const wide = tf.reshape(tf.matMul(byColumn, picking(columns, width)), [batch, height, channels, width])
  return tf.transpose(wide, [0, 1, 3, 2]) as tf.Tensor4D
}

/** Column `i` has a 1 at row `floor(i from / to)`. */
function picking(from: number, to: number): tf.Tensor2D {
  const weights = new Float32Array(from * to)
  for (let i = 0; i < to; i++) weights[Math.floor((i * from) / to) * to + i] = 1
  return tf.tensor2d(weights, [from, to])
}
