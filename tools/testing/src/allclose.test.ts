import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { toBeAllclose } from './allclose.js'
import { useCpuBackend } from './cpu-backend.js'

expect.extend({ toBeAllclose })
beforeAll(useCpuBackend)

describe('toBeAllclose', () => {
  it('takes numbers, lists, typed arrays and tensors', () => {
    expect(1 + 1e-6).toBeAllclose(1)
    expect([1, [2, 3]]).toBeAllclose([1, [2, 3]])
    expect(new Float32Array([0.1, 0.2])).toBeAllclose([0.1, 0.2])
    const matrix = tf.tensor2d([
      [1, 2],
      [3, 4],
    ])
    expect(matrix).toBeAllclose([
      [1, 2],
      [3, 4],
    ])
    expect(matrix).toBeAllclose([1, 2, 3, 4])
    expect(matrix).toBeAllclose(matrix)
    matrix.dispose()
  })

  it('measures against the largest expected number', () => {
    expect([1000, 0.05]).toBeAllclose([1000, 0])
    expect([1000, 0.2]).not.toBeAllclose([1000, 0])
    expect([1.01]).toBeAllclose([1], { relative: 0.02 })
    expect([1.01]).not.toBeAllclose([1], { relative: 0.001 })
    expect([0.01]).toBeAllclose([0], { absolute: 0.02 })
  })

  it.each<[string, () => void]>([
    ['another number', () => expect([1, 2]).toBeAllclose([1, 2.1])],
    ['another length', () => expect([1, 2]).toBeAllclose([1, 2, 3])],
    ['another shape', () => expect([[1], [2]]).toBeAllclose([[1, 2]])],
    ['NaN', () => expect([Number.NaN]).toBeAllclose([1])],
    ['NaN after a right one', () => expect([1, Number.NaN, 1]).toBeAllclose([1, 1, 1])],
    ['infinity', () => expect([Infinity]).toBeAllclose([1])],
    ['equal numbers that should differ', () => expect([1]).not.toBeAllclose([1])],
  ])('fails on %s', (_, check) => expect(check).toThrow())

  it('says where the worst is', () => {
    expect(() => expect([1, 5, 3]).toBeAllclose([1, 2, 3.5])).toThrow('[1] is 5 instead of 2')
  })
})
