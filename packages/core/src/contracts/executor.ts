import type { z } from 'zod'
import type { DefinitionBase, OptionsSchema } from './definition.js'
import type { RunListener } from './events.js'

/** One arm of a cohort. */
export interface ArmSpec {
  /** Unique in its folder, and the folder's name: `kd-s0`. */
  readonly id: string
  readonly method: {
    readonly id: string
    readonly label: string
    readonly options: Readonly<Record<string, unknown>>
  }
  /** Hash of everything that determines its result. */
  readonly hash: string
}

/** One cohort to train. JSON, so that it can be sent to another process. */
export interface CohortSpec {
  /** Name of the stage in events, unique in a run: `seed-0`. */
  readonly stage: string
  readonly title: string
  /** Id of the pair of teachers and student. */
  readonly pair: string
  readonly seed: number
  readonly epochs: number
  /** Folder of the run folder that the arms' folders lie in. */
  readonly folder: 'arms' | 'search'
  /** Whether the test set is read at the end; never by a search. */
  readonly test: boolean
  readonly arms: readonly ArmSpec[]
}

/** What another process needs to take part in a run; JSON. */
export interface RunJob {
  /** The resolved configuration. */
  readonly config: unknown
  readonly baseDir: string
  readonly cacheDir: string
  /** `train`, `compare` or `tune`. */
  readonly command: string
  readonly runDir: string
  /** Whether locks that another machine left are taken over. */
  readonly takeOver: boolean
  /** Data of the program that started the run, for its other processes. */
  readonly program: unknown
}

/** What an executor works with. */
export interface ExecutorContext {
  readonly job: RunJob
  /**
   * Trains a cohort in this process: from its newest checkpoint, saving as it goes, until each of its arms has a result in
   * the run folder. Rejects with UMBRA_INTERRUPTED on abort, after saving.
   */
  readonly train: (cohort: CohortSpec) => Promise<void>
  readonly signal: AbortSignal
  /** Takes the events of cohorts that run elsewhere. */
  readonly listen: RunListener
}

/** Runs cohorts, in any order, in this process or elsewhere; resolves when all are done. */
export interface Executor {
  /** How many processes of one machine train at a time; they share its memory. One when left out. */
  readonly processes?: number
  readonly run: (cohorts: readonly CohortSpec[], context: ExecutorContext) => Promise<void>
}

/** How the cohorts of a run are run: in this process, in others, on other machines. */
export interface ExecutorDefinition<S extends OptionsSchema = OptionsSchema> extends DefinitionBase<
  'executor',
  S
> {
  // Method syntax: a definition with its own options must fit where definitions of any options are listed.
  create(options: z.output<S>): Executor
}

/** Checks the type of an executor and freezes it. */
export function defineExecutor<const S extends OptionsSchema>(
  executor: Omit<ExecutorDefinition<S>, 'kind'>,
): ExecutorDefinition<S> {
  return Object.freeze({ kind: 'executor', ...executor })
}
