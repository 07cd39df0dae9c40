import type { RunJob, RunListener } from '@umbra/core'
import type { Experiment } from '../plan/experiment.js'
import type { RunFolder } from '../store/run-folder.js'
import type { MeasureTeacher } from '../teachers/measure.js'
import type { ReadyTeacher } from '../teachers/train-once.js'
import type { CohortRunner } from './cohort-runner.js'

/** A running experiment: the live part of a run. Its folder is locked and its teachers are ready. */
export interface Run {
  readonly experiment: Experiment
  readonly name: string
  readonly folder: RunFolder
  readonly runner: CohortRunner
  /** What other processes need to join the run. */
  readonly job: RunJob
  /** Teachers by the pair's id. */
  readonly teachers: ReadonlyMap<string, readonly ReadyTeacher[]>
  /** Whether to train again what other runs have trained. */
  readonly overwrite: boolean
  /** Since when its teachers are trained again, ISO 8601; absent where they are not. */
  readonly retrainBefore?: string | undefined
  readonly measureTeacher?: MeasureTeacher
  readonly signal: AbortSignal
  readonly listen: RunListener
  /** Adds a listener of the run's events. */
  readonly watch: (listener: RunListener) => void
  /** Start of this session by the run's clock, and start of the run's first session. */
  readonly started: number
  readonly created: string
  /** Whether this session has trained anything so far. */
  readonly trained: () => boolean
}
