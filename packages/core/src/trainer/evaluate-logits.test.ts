import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import { randomStream } from '../random/stream.js'
import { tf } from '../tf.js'
import { evaluateLogits } from './evaluate-logits.js'
import { countRight } from './evaluator.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

describe('evaluateLogits', () => {
  it('agrees with what an evaluator counts', () => {
    const [samples, classes] = [200, 7]
    const random = randomStream(3, 'logits')
    const logits = Float32Array.from({ length: samples * classes }, (_, i) => 8 * random.uniform(i) - 4)
    const labels = Int32Array.from({ length: samples }, (_, i) => i % classes)
    const counts = countRight(
      tf.tensor2d(logits, [samples, classes]),
      tf.tensor1d(labels, 'int32'),
      tf.ones([samples]),
    )
    const [top1, top5, loss] = [...counts.dataSync()].map((sum) => sum / samples)
    const found = evaluateLogits(logits, labels, classes)
    expect(found).toMatchObject({ top1, top5, samples })
    expect(found.loss).toBeCloseTo(loss!, 5)
    expect(top1).toBeLessThan(top5!)
  })

  it('never takes a tie or a row that is not finite for right', () => {
    const of = (...row: number[]) => evaluateLogits(Float32Array.from(row), Int32Array.of(0), row.length)
    expect(of(1, 1, 1, 1, 1, 1)).toMatchObject({ top1: 0, top5: 0 })
    expect(of(2, NaN)).toMatchObject({ top1: 0, top5: 0, loss: NaN })
    expect(of(NaN, NaN)).toMatchObject({ top1: 0, top5: 0, loss: NaN })
    expect(of(Infinity, 1)).toMatchObject({ top1: 0, top5: 0, loss: NaN })
    expect(of(2, 1, 1)).toMatchObject({ top1: 1, top5: 1 })
  })
})
