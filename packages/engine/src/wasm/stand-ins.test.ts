import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectSame, leftovers, normal, useWasm } from '../testing/both-backends.js'

describe('cast on wasm', () => {
  it('agrees with cpu', () =>
    expectSame(() => {
      const x = tf.tensor1d([-2.7, -0.4, 0, 0.4, 255, 256, 512.5])
      const whole = tf.tensor1d([-3, 0, 256, 512], 'int32')
      const flags = tf.tensor1d([true, false], 'bool')
      return [
        tf.cast(x, 'int32'),
        tf.cast(x, 'bool'),
        tf.cast(whole, 'bool'),
        tf.cast(whole, 'float32'),
        tf.cast(flags, 'float32'),
        tf.cast(flags, 'int32'),
        tf.cast(x, 'float32'),
      ]
    }))
})

describe('clone on wasm', () => {
  beforeAll(useWasm)

  it('outlives its original and is not changed by an assignment to it', () => {
    const before = leftovers()
    const variable = tf.tidy(() => tf.variable(tf.tensor1d([1, 2, 3])))
    const copy = tf.clone(variable)
    tf.tidy(() => variable.assign(tf.mul(variable, 2)))
    variable.dispose()
    expect([...copy.dataSync()]).toEqual([1, 2, 3])
    copy.dispose()
    expect(leftovers()).toEqual(before)
  })
})

describe('tile on wasm', () => {
  it.each([
    { shape: [3], reps: [4] },
    { shape: [1, 1, 5], reps: [3, 2, 1] },
    { shape: [2, 3], reps: [1, 1] },
    { shape: [2, 0], reps: [3, 2] },
  ])('agrees with cpu: $shape by $reps', ({ shape, reps }) =>
    expectSame(() => [tf.tile(normal(shape, 1), reps)], 0),
  )

  it('agrees with cpu for any shape', async () => {
    const axis = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }))
    await fc.assert(
      fc.asyncProperty(fc.array(axis, { minLength: 1, maxLength: 4 }), async (axes) => {
        const shape = axes.map(([size]) => size)
        const reps = axes.map(([, times]) => times)
        await expectSame(
          () => [tf.tile(normal(shape, 1), reps), tf.tile(tf.cast(normal(shape, 1), 'bool'), reps)],
          0,
        )
      }),
      { numRuns: 30, seed: 5 },
    )
  })
})

describe('a convolution whose stride exceeds its kernel on wasm', () => {
  it.each([
    { kernel: [1, 2], stride: 2 },
    { kernel: [2, 1], stride: [1, 2] as [number, number] },
    { kernel: [2, 2], stride: 3 },
    { kernel: [1, 1], stride: 2 },
  ])('agrees with cpu: kernel $kernel, stride $stride, same', ({ kernel, stride }) =>
    expectSame(() => {
      const x = normal([2, 7, 8, 3], 1) as tf.Tensor4D
      const filter = normal([...kernel, 3, 2], 2) as tf.Tensor4D
      const common = { x, filter, strides: stride, pad: 'same' as const, activation: 'relu' as const }
      return [
        tf.conv2d(x, filter, stride, 'same'),
        tf.depthwiseConv2d(x, filter, stride, 'same'),
        tf.fused.conv2d(common),
        tf.fused.depthwiseConv2d(common),
      ]
    }),
  )
})
