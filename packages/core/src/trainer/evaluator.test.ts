import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import { tapModel } from '../model/tapped-model.js'
import { toyModel } from '../../test/toy-cohort.js'
import { eagerEngine } from '../testing/eager-engine.js'
import { toyImages } from '@umbra/testing'
import { tf } from '../tf.js'
import { countRight, createEvaluator } from './evaluator.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

const counts = (logits: number[][], labels: number[], weight: number[]): number[] => [
  ...countRight(tf.tensor2d(logits), tf.tensor1d(labels, 'int32'), tf.tensor1d(weight)).dataSync(),
]

describe('countRight', () => {
  it('counts top-1 and top-5 and sums the cross-entropy over weighted rows', () => {
    const row = [6, 5, 4, 3, 2, 1, 0]
    const [top1, top5, loss] = counts([row, row, row, row], [0, 4, 5, 0], [1, 1, 1, 0])
    expect(top1).toBe(1)
    expect(top5).toBe(2)
    const logSum = Math.log(row.reduce((sum, z) => sum + Math.exp(z), 0))
    expect(loss).toBeCloseTo(3 * logSum - 6 - 2 - 1, 4)
  })

  it('never takes a tie or a NaN for right', () => {
    expect(counts([[1, 1, 1, 1, 1, 1]], [0], [1]).slice(0, 2)).toEqual([0, 0])
    expect(counts([[NaN, NaN]], [0], [1]).slice(0, 2)).toEqual([0, 0])
    expect(counts([[NaN, 2]], [1], [1])[0]).toBe(0)
  })
})

describe('createEvaluator', () => {
  it('gives the same result for every batch size, the last batch being partial', async () => {
    const model = toyModel(3)
    const tapped = tapModel(model, [], {}, 'toy')
    const before = tf.memory().numTensors
    const results = []
    for (const batch of [1, 7, 30, 64]) {
      const evaluator = createEvaluator(tapped, {
        engine: eagerEngine(),
        shape: [6, 6, 1],
        normalisation: { scale: 255, mean: [0.5], std: [0.2] },
        batch,
      })
      results.push(await evaluator.evaluate(toyImages(30)))
      evaluator.dispose()
    }
    for (const result of results) {
      expect(result.top1).toBe(results[0]!.top1)
      expect(result.loss).toBeCloseTo(results[0]!.loss, 5)
      expect(result.samples).toBe(30)
    }
    expect(tf.memory().numTensors).toBe(before)
  })
})
