import type { StageProgress } from './progress.js'

/** The work of one stage and how much of it is done. */
export interface StageEntry {
  work: number
  /** Steps in the plan; 0 for a stage without one. */
  plannedSteps: number
  state: 'planned' | 'running' | 'finished'
  progress: StageProgress
}

/** The work of every stage of a run. */
export interface StageLedger {
  /** The entry of a stage; an unknown one is added with this work and title. */
  readonly entry: (stage: string, work?: number, title?: string) => StageEntry
  /** Work of a stage outside the plan: its steps at the mean cost of planned steps. */
  readonly unplannedWork: (steps: number) => number
  readonly all: () => readonly StageEntry[]
}

export function createStageLedger(): StageLedger {
  const stages = new Map<string, StageEntry>()
  return {
    entry: (stage, work = 0, title = stage) => {
      const entry = stages.get(stage) ?? {
        work,
        plannedSteps: 0,
        state: 'planned',
        progress: notStarted(stage, title),
      }
      stages.set(stage, entry)
      return entry
    },
    unplannedWork: (steps) => {
      const planned = [...stages.values()].filter(({ plannedSteps }) => plannedSteps > 0)
      const plannedSteps = sum(planned.map((entry) => entry.plannedSteps))
      return plannedSteps === 0 ? steps : (steps * sum(planned.map(({ work }) => work))) / plannedSteps
    },
    all: () => [...stages.values()],
  }
}

/** Work done of a stage. */
export const workDone = ({ work, state, progress: { step, steps } }: StageEntry): number =>
  state === 'finished' ? work : steps === 0 ? 0 : (work * step) / steps

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** The progress of a stage before its first step. */
export const notStarted = (stage: string, title: string): StageProgress => ({
  stage,
  title,
  step: 0,
  steps: 0,
  epoch: 0,
  epochs: 0,
  imagesPerSecond: NaN,
  secondsLeft: NaN,
  metrics: {},
})
