import * as tf from '@tensorflow/tfjs-core'
import { describe, it } from 'vitest'
import { expectSame, normal } from '../testing/both-backends.js'

describe('batch normalisation with given statistics on wasm', () => {
  it.each([[[3, 4, 4, 16]], [[2, 3, 3, 5]], [[7, 1]], [[5, 3, 6]]])('agrees with cpu, %j', (shape) =>
    expectSame(() => {
      const channels = [shape.at(-1) ?? 1]
      const [mean, variance] = [normal(channels, 2), tf.abs(normal(channels, 3))] as [
        tf.Tensor1D,
        tf.Tensor1D,
      ]
      const x = normal(shape, 1)
      const [offset, scale] = [normal(channels, 4), normal(channels, 5)] as [tf.Tensor1D, tf.Tensor1D]
      return [
        tf.batchNorm(x, mean, variance, offset, scale, 1e-3),
        tf.batchNorm(x, mean, variance, undefined, scale),
        tf.batchNorm(x, mean, variance, offset),
      ]
    }),
  )

  it('leaves statistics of the full shape to the stock kernel', () =>
    expectSame(() => {
      const shape = [2, 3, 3, 4]
      const [x, mean, scale, offset] = [1, 2, 4, 5].map((seed) => normal(shape, seed)) as [
        tf.Tensor4D,
        tf.Tensor4D,
        tf.Tensor4D,
        tf.Tensor4D,
      ]
      return [tf.batchNorm(x, mean, tf.abs(normal(shape, 3)) as tf.Tensor4D, offset, scale, 1e-3)]
    }))
})
