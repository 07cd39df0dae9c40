import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectSame, normal, useWasm } from '../testing/both-backends.js'

describe('sum and mean on wasm', () => {
  beforeAll(useWasm)

  it.each([
    { axes: [0] },
    { axes: [0, 1] },
    { axes: [2, 0, 1] },
    { axes: [-4, 1] },
    { axes: [0, 1, 2, 3] },
    { axes: [1] },
    { axes: [3] },
    { axes: [0, 2] },
    { axes: [] },
  ])('over axes $axes agree with cpu', ({ axes }) =>
    expectSame(() => {
      const x = normal([3, 4, 2, 5], 1)
      return [tf.sum(x, axes), tf.mean(x, axes), tf.sum(x, axes, true), tf.mean(x, axes, true)]
    }),
  )

  it('keeps dimensions', () => {
    expect(tf.sum(tf.ones([2, 3, 4]), [0, 1], true).shape).toEqual([1, 1, 4])
    expect(tf.mean(tf.ones([2, 3, 4]), 0).shape).toEqual([3, 4])
  })

  it('of integers and booleans agree with cpu', () =>
    expectSame(() => {
      const counts = tf.cast(tf.mul(normal([5, 6], 1), 10), 'int32')
      return [tf.sum(counts, 0), tf.mean(counts, 0), tf.sum(tf.greater(counts, 0), 0)]
    }))

  it('of a million values lose no precision', () => {
    const sum = tf.sum(tf.fill([1 << 20, 1], 0.1), 0)
    const expected = (1 << 20) * Math.fround(0.1)
    expect(Math.abs(sum.dataSync()[0]! / expected - 1)).toBeLessThan(1e-6)
  })

  it('of nothing have a mean that is not a number', () => {
    expect([...tf.mean(tf.zeros([0, 2]), 0).dataSync()]).toEqual([NaN, NaN])
  })

  it('of nothing in any axis, the sum agrees with cpu', () =>
    expectSame(() => [
      tf.sum(tf.zeros([0, 3]), 0),
      tf.sum(tf.zeros([2, 0, 3]), 1),
      tf.sum(tf.zeros([3, 0]), 0),
    ]))
})
