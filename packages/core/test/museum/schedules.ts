import { z } from 'zod'
import { defineSchedule, type LearningRate, type ScheduleDefinition } from '../../src/contracts/schedule.js'
import type { CheckName } from '../../src/testing/conformance/verdict.js'

const schedule = (id: string, create: () => LearningRate): ScheduleDefinition =>
  defineSchedule({ id, summary: id, options: z.strictObject({}), create })

export const soundSchedule: ScheduleDefinition = schedule('sound', () => ({ lr, epoch, epochs }) => {
  return lr * (1 - epoch / epochs)
})

/** Known bugs of schedules of the learning rate, each with the check that must find it. */
export const WRONG_SCHEDULES: readonly (readonly [CheckName, RegExp, ScheduleDefinition])[] = [
  ['options', /Use z\.strictObject/, { ...soundSchedule, options: z.object({}) }],
  [
    'rates',
    /at epoch 0\.013 of 1: expected a finite learning rate >= 0, received -Infinity/,
    // The last epoch counted from 0, which is none where there is one epoch.
    schedule(
      'to-the-last-epoch',
      () =>
        ({ lr, epoch, epochs }) =>
          lr * (1 - epoch / (epochs - 1)),
    ),
  ],
  [
    'rates',
    /at epoch 55\.125 of 90: .*received -/,
    schedule(
      'below-zero',
      () =>
        ({ lr, epoch }) =>
          lr * (1 - epoch / 55),
    ),
  ],
  [
    'order',
    /must not depend on what was asked before/,
    schedule('counts-its-calls', () => {
      let rate = 1
      return ({ lr }) => lr * (rate *= 0.99)
    }),
  ],
  [
    'follows',
    /must follow the optimiser's own/,
    schedule(
      'of-its-own',
      () =>
        ({ epoch, epochs }) =>
          0.05 * (1 - epoch / epochs),
    ),
  ],
]
