import { z } from 'zod'

const epochs = z.number().min(0)

/** A value that changes over training. Times are in epochs, fractions allowed. */
export type Schedule =
  | { readonly kind: 'constant'; readonly value: number }
  | {
      readonly kind: 'multi-step'
      readonly value: number
      readonly milestones: readonly number[]
      readonly factor: number
    }
  | {
      readonly kind: 'cosine'
      readonly from: number
      readonly to: number
      readonly epochs?: number | undefined
    }
  | {
      readonly kind: 'linear'
      readonly from: number
      readonly to: number
      readonly epochs?: number | undefined
    }
  | { readonly kind: 'steps'; readonly values: readonly number[]; readonly milestones: readonly number[] }
  | { readonly kind: 'warm-up'; readonly epochs: number; readonly from: number; readonly then: Schedule }
  | { readonly kind: 'sum' | 'product'; readonly of: readonly Scheduled[] }

/** A number that stays, or a schedule. */
export type Scheduled = number | Schedule

/** Schema of a `Schedule`; defaults: `factor` 0.1, the whole run where `epochs` is left out. */
export const scheduleSchema: z.ZodType<Schedule> = z
  .lazy(() =>
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('constant'), value: z.number() }),
      z.strictObject({
        kind: z.literal('multi-step'),
        value: z.number(),
        milestones: z.array(epochs),
        factor: z.number().positive().default(0.1),
      }),
      z.strictObject({
        kind: z.literal('cosine'),
        from: z.number(),
        to: z.number(),
        epochs: epochs.optional(),
      }),
      z.strictObject({
        kind: z.literal('linear'),
        from: z.number(),
        to: z.number(),
        epochs: epochs.optional(),
      }),
      z
        .strictObject({
          kind: z.literal('steps'),
          values: z.array(z.number()).min(1),
          milestones: z.array(epochs),
        })
        .refine(({ values, milestones }) => values.length === milestones.length + 1, {
          error: 'expected one more value than milestones',
        }),
      z.strictObject({
        kind: z.literal('warm-up'),
        epochs,
        from: z.number().default(0),
        then: scheduleSchema,
      }),
      z.strictObject({ kind: z.literal('sum'), of: z.array(scheduledSchema).min(1) }),
      z.strictObject({ kind: z.literal('product'), of: z.array(scheduledSchema).min(1) }),
    ]),
  )
  .meta({ title: 'schedule' })

/** Schema of a number that stays, or a `Schedule`. */
export const scheduledSchema: z.ZodType<Scheduled> = z.union([z.number(), scheduleSchema])

/**
 * Value of a schedule at `epoch` (fractional) of `epochs`.
 *
 * cosine: `to + (from - to) * (1 + cos(pi * t)) / 2`, linear: `from + (to - from) * t`, both with
 * `t = min(1, epoch / length)` and the whole run as length when none is given; multi-step:
 * `value * factor ^ (milestones passed)`; steps: `values[milestones passed]`; warm-up: straight from `from` to the first value of `then`, which then runs
 * on the same clock; sum and product: of what their parts are at that time.
 */
export function valueAt(schedule: Scheduled, epoch: number, total: number): number {
  if (typeof schedule === 'number') return schedule
  switch (schedule.kind) {
    case 'constant':
      return schedule.value
    case 'multi-step':
      return schedule.value * schedule.factor ** schedule.milestones.filter((m) => epoch >= m).length
    case 'steps':
      return schedule.values[schedule.milestones.filter((m) => epoch >= m).length] ?? NaN
    case 'cosine': {
      const t = fraction(epoch, schedule.epochs ?? total)
      return schedule.to + ((schedule.from - schedule.to) * (1 + Math.cos(Math.PI * t))) / 2
    }
    case 'linear':
      return schedule.from + (schedule.to - schedule.from) * fraction(epoch, schedule.epochs ?? total)
    case 'warm-up': {
      const target = valueAt(schedule.then, epoch, total)
      return epoch >= schedule.epochs
        ? target
        : schedule.from + (target - schedule.from) * (epoch / schedule.epochs)
    }
    case 'sum':
      return schedule.of.reduce<number>((sum, part) => sum + valueAt(part, epoch, total), 0)
    case 'product':
      return schedule.of.reduce<number>((product, part) => product * valueAt(part, epoch, total), 1)
  }
}

const fraction = (epoch: number, length: number): number => (length <= 0 ? 1 : Math.min(1, epoch / length))
