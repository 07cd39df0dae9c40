import { tf } from '@umbra/core'
import { difference, useCpuBackend } from '@umbra/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { angleLoss } from './rkd.js'
import { type VariationalRegressor, variationalLoss } from './vid.js'

beforeAll(useCpuBackend)

const numbers = (compute: () => tf.Tensor): number[] => {
  const result = tf.tidy(compute)
  const values = [...result.dataSync()]
  result.dispose()
  return values
}

describe('rkd as released', () => {
  const teacher = [
    [1, 0],
    [0, 2],
    [3, 1],
  ]
  const gradient = (student: number[][], variant: 'sound' | 'as-released') =>
    numbers(() =>
      tf.grad((x) => tf.sum(angleLoss(x as tf.Tensor2D, tf.tensor2d(teacher), variant)))(
        tf.tensor2d(student),
      ),
    )

  it('is the same where no embedding stands twice', () => {
    const student = [
      [1, 1],
      [0, -2],
      [2, 0],
    ]
    const [sound, released] = [gradient(student, 'sound'), gradient(student, 'as-released')]
    expect(difference(released, sound, { relative: 1e-5, absolute: 1e-6 })).toBeUndefined()
  })

  it('has an enormous gradient where one does, which the sound form leaves out', () => {
    const student = [
      [1, 1],
      [1, 1],
      [2, 0],
    ]
    expect(Math.max(...gradient(student, 'sound').map(Math.abs))).toBeLessThan(10)
    expect(Math.max(...gradient(student, 'as-released').map(Math.abs))).toBeGreaterThan(1e9)
  })
})

describe('vid as released', () => {
  const loss = (logScale: number, variant: 'sound' | 'as-released') =>
    numbers(() => {
      const eye: tf.Tensor2D = tf.eye(2)
      const regressor: VariationalRegressor = { kernels: [eye, eye, eye], logScale: tf.fill([2], logScale) }
      const map = (seed: number): tf.Tensor4D => tf.randomUniform([1, 2, 2, 2], 0, 1, 'float32', seed)
      return variationalLoss(map(1), map(2), regressor, { variant })
    })[0]!

  it('is the same at ordinary scales and infinite above 88', () => {
    expect(loss(3, 'as-released')).toBeCloseTo(loss(3, 'sound'), 5)
    expect(loss(100, 'as-released')).toBe(Infinity)
    expect(loss(100, 'sound')).toBeCloseTo(Math.log(100) / 2, 2)
  })
})
