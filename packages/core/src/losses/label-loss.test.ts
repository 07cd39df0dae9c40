import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, expect, it } from 'vitest'
import { tf } from '../tf.js'
import { labelLoss } from './label-loss.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

const rows = [
  [2, 0, -1],
  [0.5, 0.5, 1],
  [3, 1, 1],
]
const logSoftmax = (row: readonly number[]): number[] => {
  const total = Math.log(row.reduce((sum, z) => sum + Math.exp(z), 0))
  return row.map((z) => z - total)
}
const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length
const run = (make: () => tf.Tensor1D): number[] => tf.tidy(() => [...make().dataSync()])

it('is the cross-entropy with one class each', () => {
  const loss = run(() => labelLoss(tf.tensor2d(rows), { labels: tf.tensor1d([0, 2, 1], 'int32') }))
  for (const [i, label] of [0, 2, 1].entries())
    expect(loss[i]).toBeCloseTo(-(logSoftmax(rows[i] ?? [])[label] ?? NaN), 6)
})

it('is the cross-entropy with mixed labels', () => {
  const mixed = [
    [0.7, 0.3, 0],
    [0, 1, 0],
    [0.25, 0.25, 0.5],
  ]
  const loss = run(() =>
    labelLoss(tf.tensor2d(rows), {
      labels: tf.tensor1d([0, 1, 2], 'int32'),
      probabilities: tf.tensor2d(mixed),
    }),
  )
  for (const [i, row] of mixed.entries()) {
    const logs = logSoftmax(rows[i] ?? [])
    expect(loss[i]).toBeCloseTo(-row.reduce((sum, p, c) => sum + p * (logs[c] ?? NaN), 0), 6)
  }
})

it('has a mean over the examples that have a label, and none where nobody has', () => {
  const target = (labelled: number[]) => ({
    labels: tf.tensor1d([0, -1, 1], 'int32'),
    labelled: tf.tensor1d(labelled),
  })
  const some = run(() => labelLoss(tf.tensor2d(rows), target([1, 0, 1])))
  const hard = [0, 1].map((label, i) => -(logSoftmax(rows[2 * i] ?? [])[label] ?? NaN))
  expect(mean(some)).toBeCloseTo(mean(hard), 6)
  expect(run(() => labelLoss(tf.tensor2d(rows), target([0, 0, 0]))).map(Math.abs)).toEqual([0, 0, 0])
})
