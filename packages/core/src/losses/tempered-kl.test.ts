import '@tensorflow/tfjs-backend-cpu'
// Registers gradients.
import '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it } from 'vitest'
import { tf } from '../tf.js'
import { temperedKl } from './tempered-kl.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

const teacher = [
  [3, 1, -2, 0.5],
  [0, 0, 0, 0],
  [60, -60, 0, 1],
]
const student = [
  [1, 2, 0, -1],
  [5, -1, 2, 0],
  [-60, 60, 0, 1],
]

const softmax = (row: readonly number[], t: number): number[] => {
  const highest = Math.max(...row)
  const powers = row.map((z) => Math.exp((z - highest) / t))
  const sum = powers.reduce((a, b) => a + b, 0)
  return powers.map((power) => power / sum)
}

/** In double precision, from the definition, with differences of small size summed exactly. */
function reference(target: readonly number[], row: readonly number[], t: number): number {
  const [p, q] = [softmax(target, t), softmax(row, t)]
  return t ** 2 * p.reduce((sum, value, c) => sum + value * (Math.log(value) - Math.log(q[c] ?? NaN)), 0)
}

describe('temperedKl', () => {
  it.each([0.5, 1, 4, 20, 100])('is T^2 KL at T = %d, to float32', (t) => {
    const values = tf.tidy(() => [...temperedKl(tf.tensor2d(teacher), tf.tensor2d(student), t).dataSync()])
    for (const [i, row] of teacher.entries()) {
      const expected = reference(row, student[i] ?? [], t)
      expect(values[i]).toBeGreaterThan(expected * (1 - 2e-5))
      expect(values[i]).toBeLessThan(expected * (1 + 2e-5))
    }
  })

  it('keeps its digits where T is so high that all probabilities are alike', () => {
    // For large T it tends to half the mean squared difference of centred logits over the classes.
    const limit = (z: readonly number[], s: readonly number[]): number => {
      const gaps = z.map((value, c) => value - (s[c] ?? NaN))
      const mean = gaps.reduce((a, b) => a + b, 0) / gaps.length
      return gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / (2 * gaps.length)
    }
    const t = 1000
    const [first] = tf.tidy(() => [
      ...temperedKl(tf.tensor2d(teacher.slice(0, 1)), tf.tensor2d(student.slice(0, 1)), t).dataSync(),
    ])
    expect((first ?? NaN) / limit(teacher[0] ?? [], student[0] ?? [])).toBeCloseTo(1, 3)
  })

  it('is 0 with no gradient where both agree', () => {
    const slope = tf.grad((z: tf.Tensor) => tf.sum(temperedKl(tf.tensor2d(teacher), z as tf.Tensor2D, 4)))
    const gradient = tf.tidy(() => [...slope(tf.tensor2d(teacher)).dataSync()])
    // Of T times a difference of probabilities: float32 leaves their last bits.
    for (const value of gradient) expect(Math.abs(value)).toBeLessThan(4 * 4 * 1.2e-7)
  })
})
