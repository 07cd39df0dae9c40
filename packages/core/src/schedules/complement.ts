import type { z } from 'zod'
import { lowest } from './schedule-bounds.js'
import { type Scheduled, scheduledSchema } from './schedule.js'

/** `1 - value` at every time. */
export function complement(schedule: Scheduled): Scheduled {
  if (typeof schedule === 'number') return 1 - schedule
  switch (schedule.kind) {
    case 'constant':
      return { kind: 'constant', value: 1 - schedule.value }
    case 'multi-step': {
      const { value, factor, milestones } = schedule
      const sorted = milestones.toSorted((a, b) => a - b)
      const values = [0, ...sorted].map((_, passed) => 1 - value * factor ** passed)
      return { kind: 'steps', values, milestones: sorted }
    }
    case 'steps':
      return { ...schedule, values: schedule.values.map((value) => 1 - value) }
    case 'cosine':
    case 'linear':
      return { ...schedule, from: 1 - schedule.from, to: 1 - schedule.to }
    case 'warm-up': {
      const then = complement(schedule.then)
      if (typeof then === 'number') return then
      return { ...schedule, from: 1 - schedule.from, then }
    }
    case 'sum':
    case 'product':
      return { kind: 'sum', of: [1, { kind: 'product', of: [-1, schedule] }] }
  }
}

/** A number or schedule that stays within 0 and 1. */
export const shareSchema: z.ZodType<Scheduled> = scheduledSchema.refine(
  (schedule) => lowest(schedule) >= 0 && lowest(complement(schedule)) >= 0,
  { error: 'expected a number from 0 to 1, or a schedule that stays within' },
)
