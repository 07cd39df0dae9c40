import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectSame, normal, useWasm } from '../testing/both-backends.js'

describe('unsortedSegmentSum on wasm', () => {
  beforeAll(useWasm)

  it('adds the rows of each segment', () => {
    const out = tf.unsortedSegmentSum(
      tf.tensor2d([
        [1, 10],
        [2, 20],
        [3, 30],
      ]),
      tf.tensor1d([2, 0, 2], 'int32'),
      3,
    )
    expect(out.arraySync()).toEqual([
      [2, 20],
      [0, 0],
      [4, 40],
    ])
  })

  it('keeps the type of integers', () => {
    const out = tf.unsortedSegmentSum(tf.tensor1d([1, 2, 3], 'int32'), tf.tensor1d([1, 1, 0], 'int32'), 2)
    expect(out.dtype).toBe('int32')
    expect([...out.dataSync()]).toEqual([3, 3])
  })

  it('leaves out rows whose segment is out of range', () =>
    expectSame(() => [tf.unsortedSegmentSum(normal([4, 3], 1), tf.tensor1d([-1, 0, 5, 1], 'int32'), 2)]))

  it.each([0, 1, 2])('gives the gradient of a gather along axis %i', (axis) =>
    expectSame(() => [
      tf.grad((x: tf.Tensor) => tf.sum(tf.sin(tf.gather(x, tf.tensor1d([1, 0, 1, 1], 'int32'), axis))))(
        normal([3, 4, 5], 1),
      ),
    ]),
  )
})
