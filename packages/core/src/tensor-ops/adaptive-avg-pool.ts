import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'
import { tf } from '../tf.js'

/**
 * Average pooling to a given size, for any ratio of sizes: output row `i` is the mean of input rows
 * `floor(i H / h) .. ceil((i + 1) H / h) - 1`, columns alike. Neighbouring cells overlap where the ratio is no integer;
 * a larger output repeats rows.
 *
 * @param x feature maps `[batch, H, W, channels]`
 * @param height rows of the result, h >= 1
 * @param width columns of the result, w >= 1
 * @returns `[batch, height, width, channels]`
 */
export function adaptiveAvgPool(x: Tensor4D, height: number, width: number): Tensor4D {
  const [batch, rows, columns, channels] = x.shape
  if (rows === height && columns === width) return x
  if (height === 1 && width === 1) return tf.mean<Tensor4D>(x, [1, 2], true)
  const byColumn = tf.reshape(tf.transpose(x, [0, 1, 3, 2]), [batch * rows * channels, columns])
  const narrow = tf.reshape(tf.matMul(byColumn, averaging(columns, width)), [batch, rows, channels, width])
  const byRow = tf.reshape(tf.transpose(narrow, [0, 3, 2, 1]), [batch * width * channels, rows])
  const low = tf.reshape(tf.matMul(byRow, averaging(rows, height)), [batch, width, channels, height])
  return tf.transpose(low, [0, 3, 1, 2]) as Tensor4D
}

/** Column `i` holds the weights of the inputs in output cell `i`: `[from, to]`, columns sum to 1. */
function averaging(from: number, to: number): Tensor2D {
  const weights = new Float32Array(from * to)
  for (let cell = 0; cell < to; cell++) {
    const start = Math.floor((cell * from) / to)
    const end = Math.ceil(((cell + 1) * from) / to)
    for (let i = start; i < end; i++) weights[i * to + cell] = 1 / (end - start)
  }
  return tf.tensor2d(weights, [from, to])
}
