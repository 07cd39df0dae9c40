import type { StepMetrics } from '@umbra/core'

/** Progress of one stage: a cohort, or a teacher in training. */
export interface StageProgress {
  readonly stage: string
  readonly title: string
  readonly step: number
  readonly steps: number
  /** From 1; 0 before the first step. */
  readonly epoch: number
  readonly epochs: number
  readonly imagesPerSecond: number
  readonly secondsLeft: number
  /** Of each arm; all arms of a stage are at the same step. */
  readonly metrics: Readonly<Record<string, StepMetrics>>
}

/** Progress of a run, derived from its events. */
export interface Progress {
  /** The running stages; several with several workers. */
  readonly running: readonly StageProgress[]
  /** Of the whole run, 0..1. */
  readonly done: number
  /** Of the whole run; NaN until there is something to estimate it from. */
  readonly secondsLeft: number
}
