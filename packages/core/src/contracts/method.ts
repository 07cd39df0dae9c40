import type { z } from 'zod'
import type { DefinitionBase, OptionsSchema, Paper } from './definition.js'
import type { Objective } from './objective.js'
import type { PartLookup } from './parts.js'

/** What a user names on the command line. */
export interface MethodDefinition<S extends OptionsSchema = OptionsSchema> extends DefinitionBase<
  'method',
  S
> {
  readonly title: string
  readonly paper?: Paper
  /** The loss in plain text, as `umbra explain` prints it. */
  readonly formula: string
  readonly teachers: { readonly min: number; readonly max: number }
  /** Where it departs from the paper or the authors' code, and why; one sentence each. */
  readonly departures?: readonly string[]
  // Method syntax: a definition with its own options must fit where definitions of any options are listed.
  objective(options: z.output<S>, parts: PartLookup): Objective
}

/** Checks the type of a method and freezes it. */
export function defineMethod<const S extends OptionsSchema>(
  method: Omit<MethodDefinition<S>, 'kind'>,
): MethodDefinition<S> {
  return Object.freeze({ kind: 'method', ...method })
}
