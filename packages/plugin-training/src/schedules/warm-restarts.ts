import { defineSchedule, z } from '@umbra/core'
import { warmUp, withWarmUp } from './with-warm-up.js'

/**
 * Warm restarts (Loshchilov and Hutter 2017, equation 5): `to + (lr - to) * (1 + cos(pi * t / T)) / 2`, with the epochs t since the
 * last restart and the length T of the present period. Periods are `period`, `period * factor`, `period * factor ^ 2`, … epochs long.
 */
export const warmRestarts = defineSchedule({
  id: 'warm-restarts',
  summary: 'The learning rate falls along half a cosine, and starts again, after longer and longer periods.',
  formula: 'to + (lr - to) * (1 + cos(pi * t / T)) / 2, T = period * factor ^ (restarts so far)',
  paper: {
    title: 'SGDR: Stochastic Gradient Descent with Warm Restarts',
    venue: 'ICLR 2017',
    arxiv: '1608.03983',
    equations: '5',
  },
  options: z.strictObject({
    period: z.number().positive().default(10).describe('epochs of the first period'),
    factor: z.number().min(1).default(2).describe('length of a period divided by that of the one before'),
    to: z.number().min(0).default(0).describe('rate at the end of each period'),
    warmUp,
  }),
  create: ({ period, factor, to, warmUp: epochs }) =>
    withWarmUp(epochs, ({ lr, epoch }) => {
      const done = partOfPeriod(epoch, period, factor)
      return to + ((lr - to) * (1 + Math.cos(Math.PI * done))) / 2
    }),
})

/** How much of the present period is over, 0 to below 1. */
function partOfPeriod(epoch: number, period: number, factor: number): number {
  if (factor === 1) return (epoch % period) / period
  let [since, length] = [epoch, period]
  while (since >= length) {
    since -= length
    length *= factor
  }
  return since / length
}
