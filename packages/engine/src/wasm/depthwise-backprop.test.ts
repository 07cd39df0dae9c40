import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { expectSame, normal } from '../testing/both-backends.js'

interface Case {
  readonly x: [number, number, number, number]
  readonly filter: [number, number, number, number]
  readonly stride: number | [number, number]
  readonly pad: 'same' | 'valid' | number
}

const gradients = ({ x, filter, stride, pad }: Case) =>
  expectSame(() =>
    tf.grads((input, kernel) =>
      tf.sum(tf.sin(tf.depthwiseConv2d(input as tf.Tensor4D, kernel as tf.Tensor4D, stride, pad))),
    )([normal(x, 1), normal(filter, 2)]),
  )

describe('gradients of depthwiseConv2d on wasm', () => {
  it.each<Case>([
    { x: [2, 8, 8, 8], filter: [3, 3, 8, 1], stride: 1, pad: 'same' },
    { x: [2, 7, 9, 16], filter: [3, 3, 16, 1], stride: 2, pad: 'same' },
    { x: [2, 8, 8, 6], filter: [3, 3, 6, 1], stride: 2, pad: 'valid' },
    { x: [1, 9, 9, 4], filter: [5, 5, 4, 1], stride: 1, pad: 'same' },
    { x: [2, 8, 7, 3], filter: [3, 3, 3, 2], stride: 1, pad: 'same' },
    { x: [2, 9, 7, 5], filter: [5, 3, 5, 3], stride: 2, pad: 'valid' },
    { x: [2, 6, 6, 4], filter: [1, 1, 4, 2], stride: 1, pad: 'same' },
    { x: [2, 8, 8, 4], filter: [3, 3, 4, 1], stride: 1, pad: 2 },
  ])('agree with cpu: $x by $filter, stride $stride, pad $pad', gradients)

  it('agree with cpu for any geometry', async () => {
    const size = fc.integer({ min: 4, max: 9 })
    const few = fc.integer({ min: 1, max: 3 })
    const geometry = fc.record({
      size: fc.tuple(size, size),
      kernel: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
      channels: fc.constantFrom(1, 3, 4, 7, 8),
      multiplier: few,
      batch: few,
      stride: few,
      pad: fc.constantFrom('same' as const, 'valid' as const),
    })
    await fc.assert(
      fc.asyncProperty(
        geometry,
        async ({ size: [h, w], kernel, channels, multiplier, batch, stride, pad }) => {
          await gradients({
            x: [batch, h, w, channels],
            filter: [...kernel, channels, multiplier],
            stride,
            pad,
          })
        },
      ),
      { numRuns: 40, seed: 4 },
    )
  })
})
