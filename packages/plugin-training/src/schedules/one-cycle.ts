import { defineSchedule, z } from '@umbra/core'

/**
 * One cycle (Smith and Topin 2017, section 3): the rate rises from `lr / start` to `lr` in the first part of the run, `rise`, then
 * falls to `lr / start / end`. Both parts follow half a cosine, or a line. Values of PyTorch's `OneCycleLR`, at any time of the
 * run; momentum is not changed.
 */
export const oneCycle = defineSchedule({
  id: 'one-cycle',
  summary: 'The learning rate rises to its largest value, lr, then falls to almost nothing.',
  formula: 'lr / start -> lr over `rise` of the run, then -> lr / (start * end)',
  paper: {
    title: 'Super-Convergence: Very Fast Training of Neural Networks Using Large Learning Rates',
    venue: 'arXiv 2017',
    arxiv: '1708.07120',
    equations: 'section 3',
  },
  options: z.strictObject({
    rise: z.number().min(0).max(1).default(0.3).describe('part of the run in which the rate rises'),
    start: z.number().min(1).default(25).describe('lr divided by the first rate'),
    end: z.number().min(1).default(1e4).describe('first rate divided by the last'),
    shape: z.enum(['cosine', 'linear']).default('cosine').describe('how it goes from one rate to another'),
  }),
  create:
    ({ rise, start, end, shape }) =>
    ({ lr, epoch, epochs }) => {
      const done = Math.min(1, epoch / epochs)
      const [first, last] = [lr / start, lr / start / end]
      return done < rise
        ? between(first, lr, done / rise, shape)
        : between(lr, last, rise === 1 ? 1 : (done - rise) / (1 - rise), shape)
    },
})

/** `from` at 0, `to` at 1. */
const between = (from: number, to: number, part: number, shape: 'cosine' | 'linear'): number =>
  shape === 'linear' ? from + (to - from) * part : to + ((from - to) * (1 + Math.cos(Math.PI * part))) / 2
