import * as tf from '@tensorflow/tfjs-core'
import { describe, it } from 'vitest'
import { normal } from '../testing/both-backends.js'
import { expectSameOnWebgpu, hasWebgpu, withoutWebgpu } from '../testing/webgpu.js'

/** Losses of three distillation steps of a convolution and a dense layer, and the weights they end with. */
function distil(): tf.Tensor[] {
  const kernel = tf.variable(normal([3, 3, 3, 8], 1))
  const dense = tf.variable(tf.mul(normal([8, 5], 2), 0.3))
  const x = normal([8, 8, 8, 3], 3) as tf.Tensor4D
  const teacher = tf.softmax(tf.div(normal([8, 5], 4), 4))
  const optimiser = tf.train.sgd(0.5)
  const loss = (): tf.Scalar => {
    const maps = tf.relu(tf.conv2d(x, kernel as tf.Tensor as tf.Tensor4D, 2, 'same'))
    const logits = tf.matMul(tf.mean(maps, [1, 2]), dense as tf.Tensor as tf.Tensor2D)
    return tf.neg(tf.mean(tf.sum(tf.mul(teacher, tf.logSoftmax(tf.div(logits, 4))), 1)))
  }
  const losses = [1, 2, 3].map(() => optimiser.minimize(loss, true, [kernel, dense])!)
  const results = [...losses, tf.clone(kernel), tf.clone(dense)]
  optimiser.dispose()
  tf.dispose([kernel, dense])
  return results
}

describe.skipIf(!hasWebgpu)(`distillation steps on webgpu${withoutWebgpu}`, () => {
  it('lose the same as on cpu, and end with the same weights', () => expectSameOnWebgpu(distil, 1e-4))
})
