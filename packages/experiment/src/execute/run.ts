import type { RunJob, RunListener } from '@umbra/core'
import type { Experiment } from '../plan/experiment.js'
import type { RunFolder } from '../store/run-folder.js'
import type { MeasureTeacher } from '../teachers/measure.js'
import type { ReadyTeacher } from '../teachers/train-once.js'
import type { CohortRunner } from './cohort-runner.js'

/** An experiment under way: what of a run is live. Its folder is locked and its teachers are ready. */
export interface Run {
  readonly experiment: Experiment
  readonly name: string
  readonly folder: RunFolder
  readonly runner: CohortRunner
  /** What other processes need to take part. */
  readonly job: RunJob
  /** Teachers by the pair's id. */
  readonly teachers: ReadonlyMap<string, readonly ReadyTeacher[]>
  /** Whether what other runs have trained is trained again. */
  readonly overwrite: boolean
  readonly measureTeacher?: MeasureTeacher
  readonly signal: AbortSignal
  readonly listen: RunListener
  /** Adds someone who is told what the run does. */
  readonly watch: (listener: RunListener) => void
  /** When this session began, by the run's clock, and when the run was first begun, over all sessions. */
  readonly started: number
  readonly created: string
  /** Whether anything was trained in this session so far. */
  readonly trained: () => boolean
}
