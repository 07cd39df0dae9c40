import { type Schedule, valueAt } from './schedule.js'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { complement, shareSchema } from './complement.js'

const share = fc.double({ min: 0, max: 1, noNaN: true })
const times = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 3 })
const simple: fc.Arbitrary<Schedule> = fc.oneof(
  share.map((value) => ({ kind: 'constant' as const, value })),
  fc.record({
    kind: fc.constant('multi-step' as const),
    value: share,
    factor: fc.double({ min: 0.1, max: 1, noNaN: true }),
    milestones: times,
  }),
  times.chain((milestones) =>
    fc.record({
      kind: fc.constant('steps' as const),
      values: fc.array(share, { minLength: milestones.length + 1, maxLength: milestones.length + 1 }),
      milestones: fc.constant(milestones.toSorted((a, b) => a - b)),
    }),
  ),
  fc.record({ kind: fc.constantFrom('cosine' as const, 'linear' as const), from: share, to: share }),
)
const schedule = fc.oneof(
  simple,
  fc.record({
    kind: fc.constant('warm-up' as const),
    epochs: fc.integer({ min: 0, max: 9 }),
    from: share,
    then: simple,
  }),
)

it('adds up to 1 with the schedule at every time', () => {
  fc.assert(
    fc.property(schedule, fc.double({ min: 0, max: 20, noNaN: true }), (given, epoch) => {
      expect(valueAt(given, epoch, 20) + valueAt(complement(given), epoch, 20)).toBeCloseTo(1, 9)
      expect(shareSchema.safeParse(given).success).toBe(true)
    }),
  )
})

it.each([-0.1, 1.1, { kind: 'linear', from: 0, to: 2 }])('does not take %j for a share', (value) => {
  expect(shareSchema.safeParse(value).success).toBe(false)
})
