import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectSame, normal, useWasm } from '../testing/both-backends.js'

interface Case {
  readonly x: [number, number, number, number]
  readonly filter: [number, number, number, number]
  readonly stride: number | [number, number]
  readonly pad: 'same' | 'valid' | number | tf.backend_util.ExplicitPadding
}

const gradients = ({ x, filter, stride, pad }: Case) =>
  expectSame(() =>
    tf.grads((input, kernel) =>
      tf.sum(tf.sin(tf.conv2d(input as tf.Tensor4D, kernel as tf.Tensor4D, stride, pad))),
    )([normal(x, 1), normal(filter, 2)]),
  )

describe('gradients of conv2d on wasm', () => {
  it.each<Case>([
    { x: [2, 8, 8, 4], filter: [3, 3, 4, 8], stride: 1, pad: 'same' },
    { x: [2, 7, 9, 3], filter: [3, 3, 3, 16], stride: 1, pad: 'valid' },
    { x: [3, 8, 8, 16], filter: [3, 3, 16, 32], stride: 2, pad: 'same' },
    { x: [2, 9, 8, 5], filter: [3, 3, 5, 10], stride: 2, pad: 'same' },
    { x: [2, 8, 8, 3], filter: [3, 3, 3, 4], stride: 2, pad: 'valid' },
    { x: [2, 8, 8, 6], filter: [1, 1, 6, 12], stride: 1, pad: 'same' },
    { x: [2, 8, 9, 8], filter: [1, 1, 8, 8], stride: 2, pad: 'same' },
    { x: [2, 9, 8, 3], filter: [1, 1, 3, 4], stride: 2, pad: 'valid' },
    { x: [1, 11, 9, 2], filter: [5, 5, 2, 9], stride: [2, 3], pad: 'same' },
    { x: [2, 10, 10, 3], filter: [7, 7, 3, 8], stride: 2, pad: 3 },
    {
      x: [2, 10, 10, 3],
      filter: [5, 3, 3, 4],
      stride: 2,
      pad: [
        [0, 0],
        [2, 1],
        [0, 2],
        [0, 0],
      ],
    },
    { x: [1, 11, 11, 1], filter: [2, 3, 1, 1], stride: 3, pad: 'same' },
  ])('agree with cpu: $x by $filter, stride $stride, pad $pad', gradients)

  it('agree with cpu where the padding is wider than the kernel', () =>
    gradients({
      x: [2, 6, 6, 3],
      filter: [1, 1, 3, 4],
      stride: 1,
      pad: [
        [0, 0],
        [1, 1],
        [1, 1],
        [0, 0],
      ],
    }))

  it('agree with cpu for any geometry', async () => {
    const size = fc.integer({ min: 4, max: 9 })
    const few = fc.integer({ min: 1, max: 3 })
    const channels = fc.constantFrom(1, 3, 4, 5, 8, 12)
    const geometry = fc.record({
      size: fc.tuple(size, size),
      kernel: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
      channels: fc.tuple(channels, channels),
      batch: few,
      stride: fc.tuple(few, few),
      pad: fc.constantFrom('same' as const, 'valid' as const),
    })
    await fc.assert(
      fc.asyncProperty(geometry, async ({ size: [h, w], kernel, channels: [i, o], batch, stride, pad }) => {
        await gradients({ x: [batch, h, w, i], filter: [...kernel, i, o], stride, pad })
      }),
      { numRuns: 40, seed: 3 },
    )
  })

  it('of a kernel sum over many rows without loss of precision', async () => {
    await useWasm()
    const ones = tf.ones<tf.Rank.R4>([64, 32, 32, 1])
    const gradient = tf.grad((filter: tf.Tensor) =>
      tf.sum(tf.conv2d(ones, filter as tf.Tensor4D, 1, 'valid')),
    )
    const dw = gradient(tf.fill([1, 1, 1, 8], 0.1))
    expect([...dw.dataSync()]).toEqual(Array.from({ length: 8 }, () => 65536))
    tf.dispose([ones, dw])
  })
})
