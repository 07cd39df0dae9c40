import { type z } from 'zod'
import { type Scheduled, scheduledSchema } from './schedule.js'

/** The least value a schedule takes at any time of any run; of sums and products a bound that may lie below it. */
export function lowest(schedule: Scheduled): number {
  if (typeof schedule === 'number') return schedule
  switch (schedule.kind) {
    case 'constant':
      return schedule.value
    case 'multi-step': {
      const last = schedule.value * schedule.factor ** schedule.milestones.length
      return Math.min(schedule.value, last)
    }
    case 'steps':
      return Math.min(...schedule.values)
    case 'cosine':
    case 'linear':
      return Math.min(schedule.from, schedule.to)
    case 'warm-up':
      return Math.min(schedule.from, lowest(schedule.then))
    case 'sum':
      return schedule.of.reduce<number>((sum, part) => sum + lowest(part), 0)
    case 'product': {
      const factors = schedule.of.map(lowest)
      return factors.every((factor) => factor >= 0) ? factors.reduce((a, b) => a * b, 1) : -Infinity
    }
  }
}

/**
 * A number or schedule that is above zero throughout: temperatures.
 *
 * @example
 * positiveScheduledSchema.safeParse(4).success // true
 * positiveScheduledSchema.safeParse(0).success // false
 */
export const positiveScheduledSchema: z.ZodType<Scheduled> = scheduledSchema.refine((s) => lowest(s) > 0, {
  error: 'expected a number > 0, or a schedule that stays above 0',
})

/**
 * A number or schedule that never falls below `least`: weights (0), exponents.
 *
 * @example
 * const options = z.strictObject({ weight: scheduledAtLeast(0).default(1) })
 * options.parse({}).weight // 1
 * options.safeParse({ weight: { kind: 'linear', from: 1, to: -1 } }).success // false
 */
export const scheduledAtLeast = (least: number): z.ZodType<Scheduled> =>
  scheduledSchema.refine((s) => lowest(s) >= least, {
    error: `expected a number >= ${least}, or a schedule that stays at or above ${least}`,
  })
