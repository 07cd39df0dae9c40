import type { EvaluatedEpoch } from '@umbra/core'
import { describe, expect, it } from 'vitest'
import { earlyStopping, type EarlyStoppingOptions, stopReason } from './early-stopping.js'

const top1 = (...values: readonly number[]): EvaluatedEpoch[] =>
  values.map((value, epoch) => ({
    epoch,
    validation: { top1: value, top5: 1, loss: 1 - value, samples: 100 },
  }))
const options = (given: Partial<EarlyStoppingOptions> = {}): EarlyStoppingOptions => ({
  ...earlyStopping.options.parse({}),
  ...given,
})

/** The 0-based epoch after which it stops. */
const stopsAt = (history: readonly EvaluatedEpoch[], given: Partial<EarlyStoppingOptions>): number =>
  history.findIndex((_, i) => stopReason(history.slice(0, i + 1), options(given)) !== undefined)

describe('stopReason', () => {
  it.each<[string, readonly number[], Partial<EarlyStoppingOptions>, number]>([
    ['goes on while it improves', [0.1, 0.2, 0.3, 0.4], { patience: 1 }, -1],
    ['stops after `patience` epochs without a better one', [0.1, 0.5, 0.4, 0.3, 0.45], { patience: 3 }, 4],
    ['counts anew from a better one', [0.5, 0.4, 0.6, 0.4, 0.4], { patience: 2 }, 4],
    ['takes an equal figure for no improvement', [0.5, 0.5, 0.5], { patience: 2 }, 2],
    ['takes less than minDelta for none', [0.5, 0.51, 0.52], { patience: 2, minDelta: 0.05 }, 2],
    ['adds small gains up', [0.5, 0.53, 0.56, 0.59], { patience: 3, minDelta: 0.05 }, -1],
    ['never takes NaN for the best', [Number.NaN, 0.1, Number.NaN], { patience: 1 }, 0],
  ])('%s', (_, values, given, at) => {
    expect(stopsAt(top1(...values), given)).toBe(at)
  })

  it('counts epochs, not evaluations', () => {
    const [first, second] = top1(0.5, 0.4)
    const history = [first!, { ...second!, epoch: 5 }]
    expect(stopReason(history, options({ patience: 5 }))).toBe(
      'top-1 on validation did not improve for 5 epochs, 50.00 % after epoch 1 was the best',
    )
    expect(stopReason(history, options({ patience: 6 }))).toBeUndefined()
  })

  it('takes a falling loss as an improvement', () => {
    const falling = top1(0.1, 0.2, 0.3)
    expect(stopReason(falling, options({ monitor: 'loss', patience: 1 }))).toBeUndefined()
    expect(
      stopReason(
        falling.toReversed().map((e, epoch) => ({ ...e, epoch })),
        options({ monitor: 'loss', patience: 2 }),
      ),
    ).toBe('loss on validation did not improve for 2 epochs, 0.7000 nats after epoch 1 was the best')
  })

  it('says nothing of an empty history', () => {
    expect(stopReason([], options())).toBeUndefined()
  })
})
