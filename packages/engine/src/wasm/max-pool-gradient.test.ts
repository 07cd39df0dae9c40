import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { expectSame, normal, useWasm } from '../testing/both-backends.js'

describe('gradient of max pooling on wasm', () => {
  it.each([
    { shape: [2, 8, 8, 4], size: 2, stride: 2, pad: 'same' as const },
    { shape: [2, 7, 9, 3], size: 3, stride: 2, pad: 'same' as const },
    { shape: [1, 7, 7, 5], size: 3, stride: 2, pad: 'valid' as const },
    { shape: [2, 6, 6, 3], size: 3, stride: 1, pad: 'same' as const },
    { shape: [2, 6, 6, 3], size: 1, stride: 2, pad: 'valid' as const },
    { shape: [2, 8, 8, 3], size: 3, stride: 2, pad: 1 },
  ])('agrees with cpu: $shape, window $size, stride $stride, $pad', ({ shape, size, stride, pad }) =>
    expectSame(() => [
      tf.grad((x: tf.Tensor) => tf.sum(tf.sin(tf.maxPool(x as tf.Tensor4D, size, stride, pad))))(
        normal(shape, 1),
      ),
    ]),
  )

  it('passes through a window of negative values, to the first of equal ones', async () => {
    await useWasm()
    const x = tf.tensor4d([-2, -1, -1, -3], [1, 2, 2, 1])
    const dx = tf.grad((input: tf.Tensor) => tf.sum(tf.maxPool(input as tf.Tensor4D, 2, 2, 'valid')))(x)
    expect([...dx.dataSync()]).toEqual([0, 1, 0, 0])
    tf.dispose([x, dx])
  })
})
