import { useCpuBackend } from '@umbra/testing'
import { beforeAll, expect, it } from 'vitest'
import { tf } from '../../tf.js'
import { inDoublePrecision } from './double-precision.js'

beforeAll(useCpuBackend)

/** 1 + 1e-12 - 1, which float32 loses and float64 keeps. */
const small = (): number => tf.tidy(() => tf.sub(tf.add(1, tf.scalar(1e-12)), 1).dataSync()[0]!)

it('computes in float64 inside, in float32 before and after', () => {
  expect(small()).toBe(0)
  expect(inDoublePrecision(small)).toBeCloseTo(1e-12, 15)
  expect(small()).toBe(0)
})

it('puts single precision back when something throws', () => {
  const single = globalThis.Float32Array
  expect(() =>
    inDoublePrecision(() => {
      throw new Error('inside')
    }),
  ).toThrow('inside')
  expect(globalThis.Float32Array).toBe(single)
  expect(small()).toBe(0)
})

it.each([
  [
    'convolution',
    () => tf.conv2d(tf.ones<tf.Rank.R4>([1, 4, 4, 2]), tf.fill<tf.Rank.R4>([3, 3, 2, 3], 1 / 7), 1, 'same'),
  ],
  ['product of matrices', () => tf.matMul(tf.fill([2, 3], 1 / 7), tf.ones([3, 2]))],
  ['softmax', () => tf.logSoftmax(tf.tensor2d([[1, 2, 3]]))],
  ['mean', () => tf.mean(tf.tensor1d([1, 2, 4]))],
])('keeps float64 through a %s', (_, operation) => {
  const run = () => tf.tidy(() => operation().dataSync()[0]!)
  const [single, double] = [run(), inDoublePrecision(run)]
  expect(double).toBeCloseTo(single, 5)
  expect(Math.fround(double)).not.toBe(double)
})
