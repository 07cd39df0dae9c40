import { expect, it } from 'vitest'
import { noteBest } from './best-epoch.js'

const evaluation = (top1: number, loss: number) => ({ top1, top5: 1, loss, samples: 10 })

it('is the epoch with the most right answers on validation, of equals the one with the smallest loss, of these the first', () => {
  const record: Parameters<typeof noteBest>[0] = {}
  const epochs = [
    evaluation(0.5, 1),
    evaluation(0.4, 0.1),
    evaluation(0.6, 2),
    evaluation(0.6, 3),
    evaluation(0.6, 2),
    evaluation(0.6, 1.5),
    evaluation(0.5, 0.1),
  ]
  expect(epochs.map((result, epoch) => noteBest(record, epoch, result))).toEqual([
    ...[true, false, true, false, false, true, false],
  ])
  expect(record.best).toEqual({ epoch: 5, validation: epochs[5] })
})
