import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { createEngine } from '../create-engine.js'
import { hasTensorflow, withoutTensorflow } from '../testing/engines.js'

describe.skipIf(!hasTensorflow)(`fastGradients on tensorflow${withoutTensorflow}`, () => {
  beforeAll(async () => {
    await createEngine('tensorflow')
  })

  const slopes = (f: (x: tf.Tensor) => tf.Tensor): number[] => [
    ...tf
      .grad((x: tf.Tensor) => tf.sum(f(x)))(tf.tensor1d([-2, 0, 3]))
      .dataSync(),
  ]

  it('has the gradient of relu: 1 where positive, else 0', () => {
    expect(slopes((x) => tf.relu(x))).toEqual([0, 0, 1])
  })

  it.each([0.5, 0, -0.5])(
    'has the gradient of leaky relu for alpha %f: 1 where positive, else alpha',
    (alpha) => {
      expect(slopes((x) => tf.leakyRelu(x, alpha)).map((slope) => slope + 0)).toEqual([alpha, alpha, 1])
    },
  )

  it('has gradients of these gradients', () => {
    const second = (f: (x: tf.Tensor) => tf.Tensor): number[] =>
      slopes(tf.grad((x: tf.Tensor) => tf.sum(tf.pow(f(x), 3))))
    // d2/dx2 of x^3 = 6 x where positive; of (x / 2)^3 = 6 x / 8 elsewhere.
    expect(second((x) => tf.relu(x))).toEqual([0, 0, 18])
    expect(second((x) => tf.leakyRelu(x, 0.5))).toEqual([-1.5, 0, 18])
  })
})
