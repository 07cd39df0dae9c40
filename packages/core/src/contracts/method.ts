import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { z } from 'zod'
import type { DefinitionBase, OptionsSchema, Paper } from './definition.js'
import type { MethodLaws } from './laws.js'
import type { Objective } from './objective.js'
import type { PartLookup } from './parts.js'

/** A model by its definition's id, with its options. */
export interface ModelChoice {
  readonly id: string
  readonly options: Readonly<Record<string, unknown>>
}

/** A student of one stage that is a teacher of the next. */
export interface Assistant {
  readonly label: string
  readonly model: ModelChoice
  /** Which of the teachers so far (configured ones first, then earlier assistants) it learns from. */
  readonly teachers: 'all' | 'last'
  readonly objective: Objective
  /** Everything that determines its objective, for the hash of the stage. JSON. */
  readonly identity: unknown
}

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
  /** What the conformance kit may hold it to, and where it is meant to be different. Nothing else reads it. */
  readonly laws?: MethodLaws
  // Method syntax: a definition with its own options must fit where definitions of any options are listed.
  objective(options: z.output<S>, parts: PartLookup): Objective
  /**
   * Models to be trained first, each in a stage of its own; they join the teachers of this method, after the configured
   * ones and in this order. What is trained is stored and used again.
   */
  assistants?(options: z.output<S>, student: ModelChoice): readonly Assistant[]
  /** Replaces the student before training (a reused classifier, say). The result is what is evaluated and saved. */
  student?(student: LayersModel, teachers: readonly LayersModel[], options: z.output<S>): LayersModel
}

/** Checks the type of a method and freezes it. */
export function defineMethod<const S extends OptionsSchema>(
  method: Omit<MethodDefinition<S>, 'kind'>,
): MethodDefinition<S> {
  return Object.freeze({ kind: 'method', ...method })
}
