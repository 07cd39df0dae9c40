import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { leftovers, normal, relativeError, useWasm } from '../testing/both-backends.js'
import { hasWasmBatchNorm, wasmBatchNorm, wasmBatchNormGradient } from './wasm-batch-norm.js'

const EPSILON = 1e-3

/** The textbook form, in operations that tfjs differentiates. */
function textbook(x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor): tf.Tensor {
  const axes = x.shape.map((_, axis) => axis).slice(0, -1)
  const { mean, variance } = tf.moments(x, axes)
  return tf.add(tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, EPSILON))), gamma), beta)
}

async function both(shape: readonly number[], mean = 0) {
  const channels = shape.at(-1) ?? 1
  const inputs = () => [tf.add(normal(shape, 1), mean), normal([channels], 2), normal([channels], 3)] as const
  const expected = await (async () => {
    await tf.setBackend('cpu')
    return tf.tidy(() => {
      const [x, gamma, beta] = inputs()
      const gradients = tf.grads((a, b, c) => textbook(a, b, c))
      return [textbook(x, gamma, beta), ...gradients([...inputs()], normal(shape, 4))].map((t) =>
        t.dataSync(),
      )
    })
  })()
  await useWasm()
  const before = leftovers()
  const actual = tf.tidy(() => {
    const [x, gamma, beta] = inputs() as unknown as [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D]
    const forward = wasmBatchNorm(x, gamma, beta, EPSILON)
    const gradients = wasmBatchNormGradient(normal(shape, 4) as tf.Tensor4D, x, gamma, forward)
    return [forward.y, ...gradients].map((t) => t.dataSync())
  })
  expect(leftovers()).toEqual(before)
  return expected.map((values, i) => relativeError(actual[i] ?? [], values))
}

describe('batch normalisation in training on wasm', () => {
  beforeAll(useWasm)

  it.each([[[4, 5, 5, 16]], [[8, 3, 2, 7]], [[6, 2, 2, 1]], [[600, 4]], [[64, 9]]])(
    'agrees with the textbook form, %j: y and the gradients of x, gamma, beta',
    async (shape) => {
      for (const error of await both(shape)) expect(error).toBeLessThan(5e-6)
    },
  )

  it('does not lose the variance of values far from zero', () => {
    const x = tf.add<tf.Tensor4D>(normal([512, 1, 1, 4], 1), 1000)
    const { y, variance } = wasmBatchNorm(x, tf.ones([4]), tf.zeros([4]), 0)
    const { variance: centred } = wasmBatchNorm(tf.sub(x, 1000), tf.ones([4]), tf.zeros([4]), 0)
    expect(relativeError(variance.dataSync(), centred.dataSync())).toBeLessThan(1e-5)
    const { variance: ones } = tf.moments(y, [0, 1, 2])
    expect(relativeError(ones.dataSync(), [1, 1, 1, 1])).toBeLessThan(1e-3)
  })

  it('returns the unbiased variance of the batch', () => {
    const { mean, variance } = wasmBatchNorm(
      tf.tensor4d([1, 2, 3, 6], [4, 1, 1, 1]),
      tf.ones([1]),
      tf.zeros([1]),
      0,
    )
    expect(mean.dataSync()[0]).toBeCloseTo(3, 6)
    expect(variance.dataSync()[0]).toBeCloseTo(14 / 3, 5)
  })

  it('is offered on wasm alone', async () => {
    expect(hasWasmBatchNorm()).toBe(true)
    await tf.setBackend('cpu')
    expect(hasWasmBatchNorm()).toBe(false)
    await tf.setBackend('wasm')
  })
})
