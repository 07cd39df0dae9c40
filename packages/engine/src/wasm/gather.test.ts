import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectSame, normal, useWasm } from '../testing/both-backends.js'

const ints = (shape: number[], below: number): tf.Tensor =>
  tf.tensor(
    Int32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => (i * 7 + 3) % below),
    shape,
    'int32',
  )

describe('gather on wasm', () => {
  beforeAll(useWasm)

  it.each([0, 1, 2, -1])('picks along axis %i', (axis) =>
    expectSame(() => [tf.gather(normal([5, 6, 7], 1), ints([4], 5), axis)], 0),
  )

  it.each([
    [[4, 6], [4, 3], 1, 1],
    [[4, 6, 5], [4, 3], 1, 1],
    [[4, 2, 6], [4, 3], 2, 1],
    [[3, 4, 6], [3, 4, 2], 2, 2],
    [[3, 4, 6], [3, 2], -1, 1],
  ])(
    'picks from each batch its own: x %j, indices %j, axis %i, %i batch dimensions',
    (x, indices, axis, batch) =>
      expectSame(() => [tf.gather(normal(x, 2), ints(indices, 4), axis, batch)], 0),
  )

  it('takes integers and several dimensions of indices', () =>
    expectSame(
      () => [
        tf.gather(ints([4, 6], 9), ints([4, 3], 6), 1, 1),
        tf.gather(normal([6, 2], 1), ints([2, 3], 6)),
      ],
      0,
    ))

  it('refuses an index out of range, in any batch', () => {
    const x = normal([2, 3], 1)
    expect(() => tf.gather(x, tf.tensor2d([0, 3], [2, 1], 'int32'), 1, 1)).toThrow(/3 is not in \[0, 2\]/)
    expect(() => tf.gather(x, tf.tensor2d([0, -1], [2, 1], 'int32'), 1, 1)).toThrow(/-1 is not in/)
  })
})
