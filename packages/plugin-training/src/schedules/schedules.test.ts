import type { ScheduleDefinition } from '@umbra/core'
import { describe, expect, it } from 'vitest'
import { oneCycle } from './one-cycle.js'
import { stepSchedule } from './step.js'
import { warmRestarts } from './warm-restarts.js'

/** Rates at some epochs of a run, of a schedule with options. */
const rates = (
  definition: ScheduleDefinition,
  options: object,
  { lr = 0.1, epochs = 100 }: { readonly lr?: number; readonly epochs?: number },
  at: readonly number[],
): number[] => {
  const rate = definition.create(definition.options.parse(options))
  return at.map((epoch) => rate({ lr, epoch, epochs }))
}
const expectClose = (values: readonly number[], expected: readonly number[]): void => {
  expect(values).toHaveLength(expected.length)
  values.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 12))
}

describe('step', () => {
  it('drops after equal times, at the very epoch', () => {
    const at = [0, 9.99, 10, 19.5, 20, 35]
    expectClose(rates(stepSchedule, {}, {}, at), [0.1, 0.1, 0.01, 0.01, 0.001, 1e-4])
    expectClose(rates(stepSchedule, { every: 2.5, factor: 0.5 }, {}, [2.49, 2.5, 7.5]), [0.1, 0.05, 0.0125])
  })

  it('rises from zero on the same clock', () => {
    expectClose(rates(stepSchedule, { warmUp: 20 }, {}, [0, 5, 10, 15, 20]), [
      ...[0, 0.025, 0.01 / 2],
      ...[(0.01 * 15) / 20, 0.001],
    ])
  })
})

describe('one-cycle', () => {
  // lr / 25 at the start, lr at 30 % of the run, lr / 25e4 at the end; halfway the mean of both.
  it('goes through its three rates, halfway through their means', () => {
    const [first, last] = [0.1 / 25, 0.1 / 25e4]
    const at = [0, 15, 30, 65, 100, 120]
    const expected = [first, (first + 0.1) / 2, 0.1, (0.1 + last) / 2, last, last]
    expectClose(rates(oneCycle, {}, {}, at), expected)
    expectClose(rates(oneCycle, { shape: 'linear' }, {}, at), expected)
  })

  it('follows half a cosine between them', () => {
    const quarter = (1 + Math.cos(Math.PI / 4)) / 2
    const [at25] = rates(oneCycle, { rise: 0, start: 1, end: 10 }, { lr: 1 }, [25])
    expect(at25).toBeCloseTo(0.1 + 0.9 * quarter, 12)
  })

  it('may rise from the beginning to the end', () => {
    expectClose(rates(oneCycle, { rise: 1, start: 2, shape: 'linear' }, { lr: 1 }, [0, 50, 100]), [
      ...[0.5, 0.75, 0.5 / 1e4],
    ])
  })
})

describe('warm-restarts', () => {
  it('starts again after periods that double', () => {
    // Periods: 0 to 10, 10 to 30, 30 to 70.
    const half = 0.05
    expectClose(rates(warmRestarts, {}, {}, [0, 5, 10, 20, 30, 50, 70]), [
      ...[0.1, half, 0.1, half, 0.1, half, 0.1],
    ])
  })

  it('has equal periods where told so, and ends each at the smallest rate', () => {
    const options = { period: 4, factor: 1, to: 0.02 }
    expectClose(rates(warmRestarts, options, {}, [0, 2, 4, 6, 40]), [0.1, 0.06, 0.1, 0.06, 0.1])
    const [end] = rates(warmRestarts, options, {}, [3.999999])
    expect(end).toBeCloseTo(0.02, 6)
  })
})
