import { type GoldenCase, type GoldenDefinition, type GoldenOutcome, defineGolden, z } from '@umbra/core'
import { goldenHyper } from '@umbra/core/testing'

/** No options, and no hyper-parameters. */
export const none = z.strictObject({})

/** A golden definition without options. */
export type GoldenFamily = GoldenDefinition<typeof none>

/** A golden definition as its author writes it: its cases have the hyper-parameters of `hyper` and no other. */
export interface NewGoldenFamily<H extends z.ZodType> {
  readonly id: string
  readonly summary: string
  readonly hyper: H
  readonly evaluate: (golden: GoldenCase, hyper: z.output<H>) => GoldenOutcome
}

/** A golden definition without options, whose cases have their hyper-parameters checked by a strict schema. */
export const goldenFamily = <H extends z.ZodType>({
  id,
  summary,
  hyper,
  evaluate,
}: NewGoldenFamily<H>): GoldenFamily =>
  defineGolden({
    id,
    summary,
    options: none,
    evaluate: (golden) => evaluate(golden, goldenHyper(golden, hyper)),
  })
