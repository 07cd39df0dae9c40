import { type Scheduled, scheduledSchema, z } from '@umbra/core'
import { SUM, summandNames } from '@umbra/core/trainer'

const part = z.union([
  z.string().transform((id) => ({ id, options: {}, weight: undefined })),
  z.strictObject({
    id: z.string(),
    options: z.record(z.string(), z.unknown()).default({}),
    /** Factor of all terms of this method, a number or a schedule; 1 by default. */
    weight: scheduledSchema.optional(),
  }),
])

/** A sum of methods as a configuration gives it: `{ of: [{ id: 'ats' }, { id: 'fitnet', options: { weight: 50 } }] }`. */
export const sumShape = {
  of: z.array(part).min(2),
  /** Weight of the label loss, which is counted once; by default the sum of the methods' weights. */
  labelWeight: scheduledSchema.optional(),
}

interface Sum {
  readonly of: readonly z.output<typeof part>[]
  readonly labelWeight?: Scheduled | undefined
}

/** The id and the options of a sum: `ats+fitnet` with `{ ats: {}, fitnet: { weight: 50 }, weights: {} }`. */
export function sumAsMethod({ of, labelWeight }: Sum): {
  readonly id: string
  readonly options: Readonly<Record<string, unknown>>
} {
  const names = summandNames(of.map(({ id }) => id))
  const named = of.map((summand, i) => ({ ...summand, name: names[i] ?? summand.id }))
  const weights = named.flatMap(({ name, weight }) => (weight === undefined ? [] : [[name, weight] as const]))
  return {
    id: of.map(({ id }) => id).join(SUM),
    options: {
      ...Object.fromEntries(named.map(({ name, options }) => [name, options])),
      weights: Object.fromEntries(weights),
      ...(labelWeight === undefined ? {} : { labelWeight }),
    },
  }
}
