import { describe, expect, it } from 'vitest'
import { lowest, positiveScheduledSchema, scheduledAtLeast } from './schedule-bounds.js'
import { type Scheduled, valueAt } from './schedule.js'

const schedules: Scheduled[] = [
  3,
  { kind: 'constant', value: 2 },
  { kind: 'multi-step', value: 4, milestones: [2, 6], factor: 0.5 },
  { kind: 'multi-step', value: 4, milestones: [2, 6], factor: 2 },
  { kind: 'multi-step', value: -4, milestones: [2, 6], factor: 2 },
  { kind: 'cosine', from: 8, to: 1 },
  { kind: 'linear', from: 1, to: 8, epochs: 3 },
  { kind: 'warm-up', epochs: 3, from: 0.5, then: { kind: 'linear', from: 4, to: 2 } },
]

describe('lowest', () => {
  it.each(schedules)('is reached and never passed: %j', (schedule) => {
    const values = Array.from({ length: 1001 }, (_, i) => valueAt(schedule, i / 100, 10))
    expect(lowest(schedule)).toBeCloseTo(Math.min(...values), 12)
  })
})

describe('bounded schedules', () => {
  it('refuses a temperature that starts or ends at zero', () => {
    expect(positiveScheduledSchema.safeParse(0).success).toBe(false)
    expect(positiveScheduledSchema.safeParse({ kind: 'linear', from: 4, to: 0 }).success).toBe(false)
    expect(
      positiveScheduledSchema.safeParse({ kind: 'warm-up', epochs: 2, then: { kind: 'constant', value: 4 } })
        .success,
    ).toBe(false)
    expect(positiveScheduledSchema.parse({ kind: 'linear', from: 4, to: 1 })).toEqual({
      kind: 'linear',
      from: 4,
      to: 1,
    })
  })

  it('allows a weight to be zero but not below', () => {
    expect(scheduledAtLeast(0).safeParse(0).success).toBe(true)
    const below = scheduledAtLeast(0).safeParse(-0.1)
    expect(below.error?.issues[0]?.message).toContain('>= 0')
  })
})
