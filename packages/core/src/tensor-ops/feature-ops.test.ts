import { difference, useCpuBackend } from '@umbra/testing'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { tf } from '../tf.js'
import { adaptiveAvgPool } from './adaptive-avg-pool.js'
import { batchNorm } from './batch-norm.js'
import { detach } from './detach.js'

beforeAll(useCpuBackend)

const TOLERANCE = { relative: 1e-4, absolute: 1e-5 }
const size = fc.integer({ min: 1, max: 9 })

describe('adaptiveAvgPool', () => {
  it('averages the rows and columns of each cell, for any two sizes', () => {
    fc.assert(
      fc.property(size, size, size, size, (rows, columns, height, width) => {
        const value = (i: number, j: number, c: number) => Math.sin(3 * i + 5 * j + 7 * c)
        const x = Array.from({ length: rows }, (_, i) =>
          Array.from({ length: columns }, (_, j) => [0, 1].map((c) => value(i, j, c))),
        )
        const cell = (i: number, from: number, to: number) => {
          const start = Math.floor((i * from) / to)
          return Array.from({ length: Math.ceil(((i + 1) * from) / to) - start }, (_, k) => start + k)
        }
        const expected = Array.from({ length: height * width * 2 }, (_, n) => {
          const inputs = cell(Math.floor(n / (2 * width)), rows, height).flatMap((i) =>
            cell(Math.floor(n / 2) % width, columns, width).map((j) => value(i, j, n % 2)),
          )
          return inputs.reduce((sum, v) => sum + v, 0) / inputs.length
        })
        tf.tidy(() => {
          const pooled = adaptiveAvgPool(tf.tensor4d([x]), height, width)
          expect(pooled.shape).toEqual([1, height, width, 2])
          expect(difference(pooled.dataSync(), expected, TOLERANCE)).toBeUndefined()
        })
      }),
      { numRuns: 60 },
    )
  })

  it('hands each input its share of the gradient of the cells it lies in', () => {
    tf.tidy(() => {
      const gradient = tf.grad((x: tf.Tensor) => adaptiveAvgPool(x as tf.Tensor4D, 2, 1))
      // Rows 0..1 and 1..2: the middle row counts twice; each cell averages two rows of two columns.
      expect([...gradient(tf.ones([1, 3, 2, 1])).dataSync()]).toEqual([0.25, 0.25, 0.5, 0.5, 0.25, 0.25])
    })
  })
})

describe('batchNorm', () => {
  const x = Array.from({ length: 24 }, (_, i) => Math.cos(2.3 * i) * (i % 3) + 4 * (i % 2))

  it('gives each channel the mean beta and the deviation gamma', () => {
    tf.tidy(() => {
      const out = batchNorm(tf.tensor4d(x, [3, 2, 2, 2]), tf.tensor1d([2, 3]), tf.tensor1d([-1, 5]))
      const { mean, variance } = tf.moments(out, [0, 1, 2])
      expect(difference(mean.dataSync(), [-1, 5], TOLERANCE)).toBeUndefined()
      expect(difference(variance.dataSync(), [4, 9], { relative: 1e-3, absolute: 0 })).toBeUndefined()
    })
  })

  it('has the gradient of central differences', () => {
    tf.tidy(() => {
      const [gamma, beta] = [tf.tensor1d([2, 3]), tf.tensor1d([-1, 5])]
      const weights = tf.tensor2d(x.toReversed(), [12, 2])
      const loss = (values: tf.Tensor) =>
        tf.sum(tf.mul(tf.square(batchNorm(values as tf.Tensor2D, gamma, beta, 0.1)), weights))
      const actual = tf
        .grad(loss)(tf.tensor2d(x, [12, 2]))
        .dataSync()
      const step = 1e-2
      const at = (k: number, by: number) =>
        loss(
          tf.tensor2d(
            x.map((v, i) => (i === k ? v + by : v)),
            [12, 2],
          ),
        ).dataSync()[0]!
      const expected = x.map((_, k) => (at(k, step) - at(k, -step)) / (2 * step))
      expect(difference(actual, expected, { relative: 2e-2, absolute: 2e-2 })).toBeUndefined()
    })
  })
})

describe('detach', () => {
  it('keeps the value and lets no gradient through', () => {
    tf.tidy(() => {
      const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => tf.sum(tf.mul(x, detach(tf.square(x)))))(
        tf.tensor1d([2, 3]),
      )
      expect(value.dataSync()[0]).toBe(35)
      expect([...grad.dataSync()]).toEqual([4, 9])
    })
  })

  it('stops an infinite derivative too', () => {
    tf.tidy(() => {
      const gradient = tf.grad((x: tf.Tensor) => tf.sum(tf.add(x, detach(tf.sqrt(x)))))(tf.tensor1d([0, 1]))
      expect([...gradient.dataSync()]).toEqual([1, 1])
    })
  })

  it('leaves no tensor behind', () => {
    const x = tf.tensor1d([1, 2])
    const before = tf.memory().numTensors
    const gradient = tf.grad((y: tf.Tensor) => tf.sum(tf.mul(y, detach(y))))(x)
    gradient.dispose()
    expect(tf.memory().numTensors).toBe(before)
    x.dispose()
  })
})
