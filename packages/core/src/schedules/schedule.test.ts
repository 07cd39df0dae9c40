import { describe, expect, it } from 'vitest'
import { type Schedule, scheduledSchema, scheduleSchema, valueAt } from './schedule.js'
import { lowest } from './schedule-bounds.js'

const grid = Array.from({ length: 241 }, (_, i) => i / 2)
const near = (value: number): unknown => expect.closeTo(value, 12)

describe('valueAt', () => {
  it('keeps a number and a constant', () => {
    for (const epoch of grid) {
      expect(valueAt(0.3, epoch, 120)).toBe(0.3)
      expect(valueAt({ kind: 'constant', value: 4 }, epoch, 120)).toBe(4)
    }
  })

  it('cosine: both ends, the middle, never rising, symmetric', () => {
    const cosine: Schedule = { kind: 'cosine', from: 0.1, to: 0.001 }
    const at = (epoch: number): number => valueAt(cosine, epoch, 120)
    expect([at(0), at(60), at(120)]).toEqual([near(0.1), near(0.0505), near(0.001)])
    for (const epoch of grid) {
      expect(at(epoch + 0.5)).toBeLessThanOrEqual(at(epoch))
      if (epoch <= 120) expect(at(epoch) + at(120 - epoch)).toBeCloseTo(0.101, 12)
    }
  })

  // torch.optim.lr_scheduler.CosineAnnealingLR(T_max=4, eta_min=0.01), base lr 0.1: the lr of epochs 0..4.
  it('cosine: agrees with CosineAnnealingLR', () => {
    const lrs = [0, 1, 2, 3, 4].map((e) => valueAt({ kind: 'cosine', from: 0.1, to: 0.01 }, e, 4))
    const half = 0.045
    const expected = [0.1, 0.055 + half * Math.SQRT1_2, 0.055, 0.055 - half * Math.SQRT1_2, 0.01]
    expect(lrs).toEqual(expected.map(near))
  })

  it.each(['cosine', 'linear'] as const)('%s: a length of its own, then stays at the end', (kind) => {
    const schedule = { kind, from: 1, to: 3, epochs: 10 }
    expect(valueAt(schedule, 5, 120)).toBeCloseTo(2, 12)
    expect([10, 11, 120].map((e) => valueAt(schedule, e, 120))).toEqual([near(3), near(3), near(3)])
    expect(valueAt({ ...schedule, epochs: 0 }, 0, 120)).toBe(3)
  })

  it('linear: equal steps', () => {
    const at = (epoch: number): number => valueAt({ kind: 'linear', from: 2, to: -1 }, epoch, 120)
    for (const epoch of grid.slice(0, 239)) expect(at(epoch + 0.5) - at(epoch)).toBeCloseTo(-3 / 240, 12)
  })

  // MultiStepLR(milestones=[150, 180, 210], gamma=0.1), base lr 0.05: a milestone's own epoch has the lower rate.
  it('multi-step: as MultiStepLR', () => {
    const schedule: Schedule = { kind: 'multi-step', value: 0.05, milestones: [150, 180, 210], factor: 0.1 }
    const at = (epoch: number): number => valueAt(schedule, epoch, 240)
    expect([0, 149, 149.99, 150, 179, 180, 209, 210, 239].map(at)).toEqual(
      [0.05, 0.05, 0.05, 0.005, 0.005, 5e-4, 5e-4, 5e-5, 5e-5].map(near),
    )
  })

  it('multi-step: the order of the milestones does not matter', () => {
    const ordered = { kind: 'multi-step' as const, value: 1, milestones: [3, 7], factor: 0.5 }
    for (const epoch of [2, 3, 5, 7, 9])
      expect(valueAt({ ...ordered, milestones: [7, 3] }, epoch, 10)).toBe(valueAt(ordered, epoch, 10))
  })

  describe.each<[string, Schedule]>([
    ['cosine', { kind: 'cosine', from: 0.1, to: 0 }],
    ['linear', { kind: 'linear', from: 0.1, to: 0 }],
    ['constant', { kind: 'constant', value: 0.1 }],
  ])('warm-up into %s', (_, then) => {
    const warm = { kind: 'warm-up' as const, epochs: 5, from: 0.01, then }

    it('starts at its own value and is continuous where it ends', () => {
      expect(valueAt(warm, 0, 120)).toBeCloseTo(0.01, 12)
      const before = valueAt(warm, 5 - 1e-9, 120)
      expect(Math.abs(before - valueAt(warm, 5, 120))).toBeLessThan(1e-9)
    })

    it('is the other schedule on the same clock afterwards', () => {
      for (const epoch of [5, 6, 60, 120]) expect(valueAt(warm, epoch, 120)).toBe(valueAt(then, epoch, 120))
    })

    it('without length is the other schedule', () => {
      expect(valueAt({ ...warm, epochs: 0 }, 0, 120)).toBe(valueAt(then, 0, 120))
    })
  })
})

describe('scheduledSchema', () => {
  it('takes a number or a schedule, nested ones too, and fills in defaults', () => {
    expect(scheduledSchema.parse(2)).toBe(2)
    const warm = { kind: 'warm-up', epochs: 2, then: { kind: 'multi-step', value: 1, milestones: [3] } }
    expect(scheduleSchema.parse(warm)).toEqual({
      ...warm,
      from: 0,
      then: { ...warm.then, factor: 0.1 },
    })
  })

  it.each([
    { kind: 'cosine', from: 1 },
    { kind: 'multi-step', value: 1, milestones: [-1] },
    { kind: 'linear', from: 0, to: 1, extra: 1 },
    { kind: 'exponential', from: 1, to: 0 },
    '1',
    Number.NaN,
  ])('refuses %j', (given) => expect(scheduledSchema.safeParse(given).success).toBe(false))
})

describe('steps', () => {
  const stages = { kind: 'steps' as const, values: [0, 1, 0.5], milestones: [2, 4] }

  it('holds a value from one milestone to the next', () => {
    expect([0, 1.9, 2, 3.9, 4, 99].map((epoch) => valueAt(stages, epoch, 100))).toEqual([
      0, 0, 1, 1, 0.5, 0.5,
    ])
    expect(lowest(stages)).toBe(0)
  })

  it('wants one more value than milestones', () => {
    expect(scheduleSchema.safeParse(stages).success).toBe(true)
    expect(scheduleSchema.safeParse({ ...stages, milestones: [2] }).success).toBe(false)
  })
})
