import * as tf from '@tensorflow/tfjs-core'
import { normal } from './both-backends.js'

type Images = tf.Tensor4D
type Loss = (x: tf.Tensor) => tf.Tensor

/** Scalar losses of images `[4, 6, 6, 8]` through the operations of networks and distillation losses. */
export const LOSSES: Readonly<Record<string, Loss>> = {
  'max pooling': (x) => tf.sum(tf.square(tf.maxPool(x as Images, 2, 2, 'same'))),
  'average pooling': (x) => tf.sum(tf.square(tf.avgPool(x as Images, 3, 2, 'same'))),
  'global pooling': (x) => tf.sum(tf.square(tf.mean(x, [1, 2]))),
  'relu, bias and shortcut': (x) => tf.sum(tf.square(tf.add(tf.relu(tf.add(x, normal([8], 2))), x))),
  'relu6, leaky relu, elu, sigmoid, tanh, softplus': (x) =>
    tf.sum(tf.addN([tf.relu6(x), tf.leakyRelu(x), tf.elu(x), tf.sigmoid(x), tf.tanh(x), tf.softplus(x)])),
  'batch normalisation with moments': (x) => {
    const { mean, variance } = tf.moments(x, [0, 1, 2])
    const [m, v] = [mean, variance] as [tf.Tensor1D, tf.Tensor1D]
    return tf.sum(tf.sin(tf.batchNorm(x, m, v, normal([8], 3) as tf.Tensor1D, normal([8], 2) as tf.Tensor1D)))
  },
  'dense and softmax cross entropy': (x) => {
    const logits = tf.matMul(tf.reshape(x, [4, 288]), normal([288, 10], 2))
    return tf.neg(tf.sum(tf.mul(tf.oneHot(tf.tensor1d([0, 3, 9, 3], 'int32'), 10), tf.logSoftmax(logits))))
  },
  'softened Kullback-Leibler divergence': (x) => {
    const student = tf.logSoftmax(tf.div(tf.mean(x, [1, 2]), 4))
    const teacher = tf.softmax(tf.div(normal([4, 8], 2), 4))
    return tf.sum(tf.mul(teacher, tf.sub(tf.log(teacher), student)))
  },
  'the k largest, chosen by topk': (x) => {
    const rows = tf.reshape(x, [4, 288])
    const { indices } = tf.topk(normal([4, 288], 1), 5)
    return tf.sum(tf.square(tf.mul(rows, tf.sum(tf.oneHot(tf.cast(indices, 'int32'), 288), 1))))
  },
  'gather and concat': (x) =>
    tf.sum(
      tf.sin(
        tf.concat(
          [tf.gather(x, tf.tensor1d([0, 0, 2], 'int32')), tf.gather(x, tf.tensor1d([3], 'int32'))],
          0,
        ),
      ),
    ),
  'pad, slice, reverse, transpose': (x) =>
    tf.sum(
      tf.mul(
        tf.transpose(
          tf.reverse(
            tf.slice(
              tf.pad(x, [
                [0, 0],
                [1, 2],
                [0, 1],
                [0, 0],
              ]),
              [1, 0, 1, 2],
              [2, 8, 6, 4],
            ),
            1,
          ),
          [0, 3, 2, 1],
        ),
        normal([2, 4, 6, 8], 2),
      ),
    ),
  'bilinear and nearest resizing': (x) =>
    tf.add(
      tf.sum(tf.square(tf.image.resizeBilinear(x as Images, [9, 4]))),
      tf.sum(tf.square(tf.image.resizeNearestNeighbor(x as Images, [9, 4]))),
    ),
  cumsum: (x) => tf.sum(tf.square(tf.cumsum(tf.reshape(x, [4, 288]), 1, true))),
  'correlation of features': (x) => {
    const rows = tf.reshape(x, [4, 288])
    const unit = tf.div(rows, tf.norm(rows, 'euclidean', 1, true))
    return tf.sum(tf.square(tf.matMul(unit, unit, false, true)))
  },
  'pairwise distances': (x) => {
    const rows = tf.reshape(x, [4, 288])
    const gap = tf.sub(tf.expandDims(rows, 0), tf.expandDims(rows, 1))
    return tf.sum(tf.sqrt(tf.add(tf.sum(tf.square(gap), -1), 1e-6)))
  },
  'where, maximum, absolute, power': (x) =>
    tf.sum(
      tf.where(
        tf.greater(normal([4, 6, 6, 8], 2), 0.2),
        tf.pow(tf.abs(x), 1.5),
        tf.maximum(x, tf.mul(x, 0.1)),
      ),
    ),
  'stack, split, tile': (x) => {
    const halves = tf.split(tf.reshape(x, [4, 288]), 2, 1)
    return tf.sum(tf.sin(tf.mul(tf.tile(tf.stack(halves, 0), [1, 2, 3]), normal([2, 8, 432], 2))))
  },
  'transposed convolution': (x) =>
    tf.sum(
      tf.sin(tf.conv2dTranspose(x as Images, normal([3, 3, 4, 8], 2) as Images, [4, 12, 12, 4], 2, 'same')),
    ),
  'separable convolution': (x) =>
    tf.sum(
      tf.sin(
        tf.separableConv2d(
          x as Images,
          normal([3, 3, 8, 1], 2) as Images,
          normal([1, 1, 8, 4], 3) as Images,
          1,
          'same',
        ),
      ),
    ),
}
