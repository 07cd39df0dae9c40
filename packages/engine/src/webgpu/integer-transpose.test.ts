import * as tf from '@tensorflow/tfjs-core'
import { describe, it } from 'vitest'
import { expectSameOnWebgpu, hasWebgpu, withoutWebgpu } from '../testing/webgpu.js'

const ints = (): tf.Tensor => tf.tensor3d([1, 5, 2, 7, -3, 4, 9, 0, 6, 8, -2, 3], [2, 3, 2], 'int32')

describe.skipIf(!hasWebgpu)(
  `transposes and reductions of integers on webgpu agree with cpu${withoutWebgpu}`,
  () => {
    it.each([[0], [1], [[0, 1]], [[0, 2]], [2], [[0, 1, 2]]])('over axes %j', (axes) =>
      expectSameOnWebgpu(
        () => [
          tf.transpose(ints(), [2, 0, 1]),
          tf.transpose(tf.greater(ints(), 3), [0, 2, 1]),
          tf.sum(ints(), axes),
          tf.sum(ints(), axes, true),
          tf.max(ints(), axes),
          tf.min(ints(), axes),
          tf.mean(ints(), axes),
          tf.any(tf.greater(ints(), 7), axes),
          tf.all(tf.greater(ints(), -3), axes),
        ],
        1e-6,
      ),
    )
  },
)
