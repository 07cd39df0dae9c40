import type { ArmResult, EpochFigures } from '@umbra/core/trainer'
import { expect, test } from 'vitest'
import { meanHistory } from './mean-history.js'

const epoch = (index: number, loss: number, top1?: number): EpochFigures => ({
  epoch: index,
  train: { loss, accuracy: 0.5, terms: { ce: loss, kd: 2 * loss }, weights: { ce: 1, kd: 0.5 } },
  ...(top1 === undefined ? {} : { validation: { top1, top5: 1, loss, samples: 10 } }),
})

const arm = (status: 'finished' | 'failed', history: readonly EpochFigures[]): ArmResult => ({
  ...{ arm: 'kd-s0', label: 'kd', method: 'kd', hash: '', cohort: [], seed: 0 },
  ...{ history, seconds: 1, imagesPerSecond: 1 },
  ...(status === 'finished' ? {} : { failed: { code: 'UMBRA_METHOD', reason: 'it threw' } }),
})

const method = (...arms: readonly ArmResult[]) => ({ id: 'kd', label: 'kd', options: {}, arms })

test('means are over the arms that finished, epochs count from one, parts are weight times term', () => {
  const history = meanHistory(
    method(
      arm('finished', [epoch(0, 1, 0.25), epoch(1, 0.5, 0.5)]),
      arm('finished', [epoch(0, 3, 0.75), epoch(1, 0.5)]),
      arm('failed', [epoch(0, 100, 0)]),
    ),
  )
  expect(history).toEqual([
    {
      ...{ epoch: 1, trainAccuracy: 0.5, trainLoss: 2, validation: 0.5, validationRange: [0.25, 0.75] },
      parts: { ce: 2, kd: 2 },
    },
    { epoch: 2, trainAccuracy: 0.5, trainLoss: 0.5, validation: 0.5, parts: { ce: 0.5, kd: 0.5 } },
  ])
})

test('where no arm finished, those that failed are drawn as far as they came; what is not a number is left out', () => {
  const history = meanHistory(
    method(arm('failed', [epoch(0, 1), epoch(1, NaN)]), arm('failed', [epoch(0, 2)])),
  )
  expect(history.map(({ trainLoss }) => trainLoss)).toEqual([1.5, undefined])
})

test('of a long run every few epochs are drawn, and the last', () => {
  const history = meanHistory(
    method(
      arm(
        'finished',
        Array.from({ length: 200 }, (_, i) => epoch(i, 1)),
      ),
    ),
  )
  expect(history.map((point) => point.epoch)).toEqual([
    ...Array.from({ length: 50 }, (_, i) => 4 * i + 1),
    200,
  ])
})
