import { arbitraryBatch, difference, logSoftmax64, useCpuBackend } from '@umbra/testing'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { tf } from '../tf.js'
import { crossEntropy } from './cross-entropy.js'
import { klDivergence } from './kl-divergence.js'
import { softCrossEntropy } from './soft-cross-entropy.js'

beforeAll(useCpuBackend)

const TOLERANCE = { relative: 1e-4, absolute: 1e-5 }
const logs = (rows: readonly (readonly number[])[]) =>
  tf.logSoftmax<tf.Tensor2D>(tf.tensor2d(rows.map((row) => [...row])))

describe('losses over log-probabilities, at logits up to 60', () => {
  it('agree with float64, one number for each example', () => {
    fc.assert(
      fc.property(arbitraryBatch(60), ({ student, teacher, labels }) => {
        const s = student.map(logSoftmax64)
        const t = teacher.map(logSoftmax64)
        const over = (f: (p: number, q: number) => number) =>
          t.map((row, i) => row.reduce((sum, x, c) => sum + Math.exp(x) * f(x, s[i]![c]!), 0))
        tf.tidy(() => {
          const [a, b] = [logs(teacher), logs(student)]
          const hard = crossEntropy(b, tf.tensor1d([...labels], 'int32')).dataSync()
          const expected = s.map((row, i) => -row[labels[i]!]!)
          expect(difference(hard, expected, TOLERANCE)).toBeUndefined()
          const soft = over((_, q) => -q)
          expect(difference(softCrossEntropy(a, b).dataSync(), soft, TOLERANCE)).toBeUndefined()
          const kl = over((p, q) => p - q)
          expect(difference(klDivergence(a, b).dataSync(), kl, TOLERANCE)).toBeUndefined()
        })
      }),
      { numRuns: 50 },
    )
  })

  it('the divergence of a distribution from itself is 0', () => {
    fc.assert(
      fc.property(arbitraryBatch(60), ({ student }) => {
        tf.tidy(() => {
          const p = logs(student)
          expect(
            klDivergence(p, p)
              .dataSync()
              .every((x) => x === 0),
          ).toBe(true)
        })
      }),
      { numRuns: 25 },
    )
  })

  it('passes the right gradient through the log-softmax of TensorFlow.js', () => {
    fc.assert(
      fc.property(arbitraryBatch(60), ({ student, teacher }) => {
        const weights = teacher.map((row) => row.map((z) => z / 60))
        const expected = student.flatMap((row, i) => {
          const total = weights[i]!.reduce((sum, w) => sum + w, 0)
          return logSoftmax64(row).map((x, c) => weights[i]![c]! - total * Math.exp(x))
        })
        tf.tidy(() => {
          const w = tf.tensor2d(weights)
          const gradient = tf.grad((z: tf.Tensor) => tf.sum(tf.mul(tf.logSoftmax(z), w)))
          const actual = gradient(tf.tensor2d(student.map((row) => [...row]))).dataSync()
          expect(difference(actual, expected, TOLERANCE)).toBeUndefined()
        })
      }),
      { numRuns: 50 },
    )
  })
})
