import { defineSchedule, z } from '@umbra/core'
import { warmUp, withWarmUp } from './with-warm-up.js'

/** `lr * factor ^ floor(epoch / every)`. */
export const stepSchedule = defineSchedule({
  id: 'step',
  summary: 'The learning rate is multiplied again and again, after equal times.',
  formula: 'lr * factor ^ floor(epoch / every)',
  options: z.strictObject({
    every: z.number().positive().default(10).describe('epochs from one drop to the next'),
    factor: z.number().positive().default(0.1).describe('what the rate is multiplied by'),
    warmUp,
  }),
  create: ({ every, factor, warmUp: epochs }) =>
    withWarmUp(epochs, ({ lr, epoch }) => lr * factor ** Math.floor(epoch / every)),
})
