import { type Scheduled, scheduledAtLeast, z } from '@umbra/core'
import { SUM, summandNames } from '@umbra/core/trainer'

/** Sums within sums are written as one: their parts and weights would have two names. */
const partId = z.string().refine((id) => !id.includes(SUM), {
  error: 'expected one method: list all parts of a sum beside each other',
})

const part = z.union([
  partId.transform((id) => ({ id, options: {}, weight: undefined })),
  z.strictObject({
    id: partId,
    options: z.record(z.string(), z.unknown()).default({}),
    /** Factor of all terms of this method, a number or a schedule; 1 by default. */
    weight: scheduledAtLeast(0).optional(),
    of: z
      .unknown()
      .refine((of) => of === undefined, {
        error: 'expected nothing: list all parts of a sum beside each other',
      })
      .optional(),
  }),
])

/** A sum of methods as a configuration gives it: `{ of: [{ id: 'ats' }, { id: 'fitnet', options: { weight: 50 } }] }`. */
export const sumShape = {
  of: z.array(part).min(2),
  /** Weight of the label loss, which is counted once; by default the sum of the methods' weights. */
  labelWeight: scheduledAtLeast(0).optional(),
}

/** A part, checked. */
type Part = Pick<z.output<typeof part>, 'id' | 'options' | 'weight'>

interface Sum {
  readonly of: readonly Part[]
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
