import { type LearningRate, z } from '@umbra/core'

/** Option of schedules that may start from zero. */
export const warmUp = z
  .number()
  .min(0)
  .default(0)
  .describe('epochs over which the rate rises from 0 to that of the schedule')

/** `rate * min(1, epoch / warmUp)`: the schedule runs on the same clock. */
export const withWarmUp =
  (epochs: number, rate: LearningRate): LearningRate =>
  (time) =>
    time.epoch >= epochs ? rate(time) : rate(time) * (time.epoch / epochs)
