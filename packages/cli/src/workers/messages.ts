import type { RunEvent, RunJob, CohortSpec } from '@umbra/core'
import type { SentError } from './sent-error.js'

/** The parent's arguments, from which a worker sets up the same program. */
export interface WorkerProgram {
  /** The configuration file, where there is one. */
  readonly config?: string
  readonly plugins: readonly string[]
  readonly cwd: string
  readonly home?: string | undefined
  /** Id of the parent's engine, so that `auto` does not choose a different one. */
  readonly engine: string
  readonly compile: boolean
}

/** From the run to a worker. */
export type ToWorker =
  | { readonly type: 'open'; readonly job: RunJob }
  | { readonly type: 'train'; readonly cohort: CohortSpec }
  | { readonly type: 'stop' }

/** From a worker to the run. */
export type FromWorker =
  | { readonly type: 'event'; readonly event: RunEvent }
  | { readonly type: 'done'; readonly stage: string }
  | { readonly type: 'failed'; readonly error: SentError }
