import type { z } from 'zod'
import type { DefinitionBase, OptionsSchema } from './definition.js'
import type { HookHandlers } from './hooks.js'

/** What chosen hooks may write: all of the trainer's, made anew for each cohort; a run as a whole is the plugin's. */
export type CohortHooks = Omit<HookHandlers, 'runStart' | 'runEnd'>

/** Hooks that a configuration chooses by id, with options; they apply to students. */
export interface HooksDefinition<S extends OptionsSchema = OptionsSchema> extends DefinitionBase<'hooks', S> {
  /** Whether they need images held out from training. */
  readonly needsValidation?: boolean
  /**
   * Called once for each cohort, so that what a handler remembers is the cohort's.
   * Method syntax: a definition with its own options must fit where definitions of any options are listed.
   */
  create(options: z.output<S>): CohortHooks
}

/** Checks the type of hooks to be chosen by id and freezes them. */
export function defineHooks<const S extends OptionsSchema>(
  hooks: Omit<HooksDefinition<S>, 'kind'>,
): HooksDefinition<S> {
  return Object.freeze({ kind: 'hooks', ...hooks })
}
