import { type MethodDefinition, type OptionsSchema, type PartLookup, type z } from '@umbra/core'
import { type ObjectiveCase, type ObjectiveResult, evaluateObjective, noParts } from '@umbra/core/testing'

/** A method on logits alone: its options and a batch to loss, terms and gradient. */
export const runMethod =
  <S extends OptionsSchema>(method: MethodDefinition<S>, parts: PartLookup = noParts) =>
  (options: z.input<S>, input: ObjectiveCase): ObjectiveResult =>
    evaluateObjective(method.objective(method.options.parse(options), parts), input)
