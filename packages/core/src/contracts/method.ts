import type { LayersModel } from '@tensorflow/tfjs-layers'
import { z } from 'zod'
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

/** What may be left out of a method: it is called by its id, has no options, and learns from one teacher. */
export type MethodDefaults = 'kind' | 'title' | 'formula' | 'teachers' | 'options'

/** A method as its author writes it. */
export type NewMethod<S extends OptionsSchema> = Omit<MethodDefinition<S>, MethodDefaults> &
  Partial<Pick<MethodDefinition<S>, 'title' | 'formula' | 'teachers' | 'options'>>

/**
 * A distillation method: an id, checked options and what a step minimises.
 *
 * Left out, `title` is the id, `formula` is empty, `options` are none and `teachers` is exactly one. A method of a published
 * package should have title, formula and paper.
 *
 * @example
 * const mse = defineMethod({
 *   id: 'mse',
 *   summary: 'Squared distance of logits.',
 *   objective: () =>
 *     objective({
 *       weights: { match: 1 },
 *       terms: ({ student, teacher }) => ({
 *         match: tf.mean(tf.squaredDifference(student.logits, teacher.logits), 1),
 *       }),
 *     }),
 * })
 */
export function defineMethod<const S extends OptionsSchema = OptionsSchema>(
  method: NewMethod<S>,
): MethodDefinition<S> {
  const { id, title = id, formula = '', teachers = ONE_TEACHER, options = NO_OPTIONS } = method
  // Where none are given, S is the schema of any options.
  return Object.freeze({
    kind: 'method',
    ...method,
    title,
    formula,
    teachers,
    options: options as unknown as S,
  })
}

const ONE_TEACHER = { min: 1, max: 1 } as const
const NO_OPTIONS = z.strictObject({})
