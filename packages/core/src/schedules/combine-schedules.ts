import type { Scheduled } from './schedule.js'

/** The sum of schedules at every time; of numbers alone, a number. */
export const sumOfSchedules = (schedules: readonly Scheduled[]): Scheduled =>
  schedules.every((schedule) => typeof schedule === 'number')
    ? schedules.reduce((sum, value) => sum + value, 0)
    : { kind: 'sum', of: schedules }

/** The product of two schedules at every time; of two numbers, a number. */
export const productOfSchedules = (a: Scheduled, b: Scheduled): Scheduled =>
  typeof a === 'number' && typeof b === 'number' ? a * b : { kind: 'product', of: [a, b] }
