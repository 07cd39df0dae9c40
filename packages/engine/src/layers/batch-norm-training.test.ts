import * as tf from '@tensorflow/tfjs-core'
import { FLOAT32, FLOAT32_GRADIENT, difference } from '@umbra/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { createEngine } from '../create-engine.js'
import { ENGINES } from '../testing/engines.js'
import { batchNormTraining } from './batch-norm-training.js'

const EPSILON = 1e-3
const SHAPE: [number, number, number, number] = [4, 3, 2, 3]
const COUNT = 24

/** Fixed numbers that look random. */
const noise = (size: number, seed: number): Float32Array =>
  Float32Array.from(
    { length: size },
    (_, i) => Math.sin(12.9898 * (i + 1) + 78.233 * seed) * 1.5 + 0.3 * seed,
  )

const batch = () => ({
  x: tf.tensor4d(noise(72, 1), SHAPE),
  gamma: tf.tensor1d([0.5, 1.5, -2]),
  beta: tf.tensor1d([0.1, -0.2, 0.3]),
  /** Direction the output is projected on, so that every output counts differently. */
  weight: tf.tensor4d(noise(72, 2), SHAPE),
})

const numbers = (tensor: tf.Tensor): number[] => Array.from(tensor.dataSync())

/** The normalisation by its definition, in float64. */
function reference(x: ArrayLike<number>, gamma: ArrayLike<number>, beta: ArrayLike<number>) {
  const statistics = [0, 1, 2].map((channel) => {
    const values = Array.from(x).filter((_, i) => i % 3 === channel)
    const mean = values.reduce((sum, value) => sum + value, 0) / COUNT
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
    return { mean, biased: squares / COUNT, unbiased: squares / (COUNT - 1) }
  })
  const y = Array.from(x, (value, i) => {
    const { mean, biased } = statistics[i % 3]!
    return (gamma[i % 3]! * (value - mean)) / Math.sqrt(biased + EPSILON) + beta[i % 3]!
  })
  return { y, mean: statistics.map((s) => s.mean), unbiased: statistics.map((s) => s.unbiased) }
}

/** Central differences of `sum(weight * y)` in float64. */
function slopes(at: Float32Array, loss: (values: number[]) => number): number[] {
  const step = 1e-4
  return Array.from(at, (_, i) => {
    const moved = (by: number) => loss(Array.from(at, (value, j) => (i === j ? value + by : value)))
    return (moved(step) - moved(-step)) / (2 * step)
  })
}

for (const { id, name, here } of ENGINES) {
  describe.skipIf(!here)(`batchNormTraining on ${name}`, () => {
    beforeAll(async () => {
      await createEngine(id)
    })

    it('gives output, mean and unbiased variance by their definitions', () => {
      const { x, gamma, beta } = batch()
      const expected = reference(x.dataSync(), gamma.dataSync(), beta.dataSync())
      const { y, mean, variance } = batchNormTraining(x, gamma, beta, EPSILON)
      expect(difference(y.dataSync(), expected.y, FLOAT32)).toBeUndefined()
      expect(difference(mean.dataSync(), expected.mean, FLOAT32)).toBeUndefined()
      expect(difference(variance.dataSync(), expected.unbiased, FLOAT32)).toBeUndefined()
    })

    it('has the gradients that finite differences have', () => {
      const { x, gamma, beta, weight } = batch()
      const [dx, dGamma, dBeta] = tf.grads((a, b, c) =>
        project(batchNormTraining(a as tf.Tensor4D, b as tf.Tensor1D, c as tf.Tensor1D, EPSILON), weight),
      )([x, gamma, beta]) as [tf.Tensor, tf.Tensor, tf.Tensor]
      const [x64, g64, b64, w] = [x, gamma, beta, weight].map((tensor) =>
        Float32Array.from(tensor.dataSync()),
      )
      const loss = (xs: ArrayLike<number>, gs: ArrayLike<number>, bs: ArrayLike<number>) =>
        reference(xs, gs, bs).y.reduce((sum, value, i) => sum + value * w![i]!, 0)
      const close = (actual: tf.Tensor, expected: number[]) =>
        expect(difference(actual.dataSync(), expected, FLOAT32_GRADIENT)).toBeUndefined()
      close(
        dx,
        slopes(x64!, (values) => loss(values, g64!, b64!)),
      )
      close(
        dGamma,
        slopes(g64!, (values) => loss(x64!, values, b64!)),
      )
      close(
        dBeta,
        slopes(b64!, (values) => loss(x64!, g64!, values)),
      )
    })

    it('has second gradients: those of the same formula in ordinary operations', () => {
      const { x, gamma, beta, weight } = batch()
      const plain = (a: tf.Tensor) => {
        const { mean, variance } = tf.moments(a, [0, 1, 2])
        const normal = tf.mul(tf.sub(a, mean), tf.rsqrt(tf.add(variance, EPSILON)))
        return tf.sum(tf.mul(tf.add(tf.mul(normal, gamma), beta), weight))
      }
      const ours = (a: tf.Tensor) =>
        project(batchNormTraining(a as tf.Tensor4D, gamma, beta, EPSILON), weight)
      const penalty = (f: (a: tf.Tensor) => tf.Tensor) => tf.grad((a) => tf.sum(tf.square(tf.grad(f)(a))))(x)
      const tolerance = { relative: 2e-3, absolute: 1e-5 }
      expect(difference(numbers(penalty(ours)), numbers(penalty(plain)), tolerance)).toBeUndefined()
    })

    it('leaves no tensor behind but its three results', () => {
      const { x, gamma, beta } = batch()
      const before = tf.memory().numTensors
      const { y, mean, variance } = batchNormTraining(x, gamma, beta, EPSILON)
      expect(tf.memory().numTensors).toBe(before + 3)
      tf.dispose([y, mean, variance])
      expect(tf.memory().numTensors).toBe(before)
    })
  })
}

const project = ({ y }: { y: tf.Tensor4D }, weight: tf.Tensor): tf.Scalar => tf.sum(tf.mul(y, weight))
