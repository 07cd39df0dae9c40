import type { RunEvent, StepMetrics } from '@umbra/core'

/** Where one stage stands: a cohort, or a teacher in training. */
export interface StageProgress {
  readonly stage: string
  readonly title: string
  readonly step: number
  readonly steps: number
  /** 1-based; 0 before the first step. */
  readonly epoch: number
  readonly epochs: number
  readonly imagesPerSecond: number
  readonly secondsLeft: number
  /** Of each arm; all arms of a stage are at the same step. */
  readonly metrics: Readonly<Record<string, StepMetrics>>
}

/** Where a run stands, derived from its events. */
export interface Progress {
  /** Stages that run now; several with several workers. */
  readonly running: readonly StageProgress[]
  /** Of the whole run, 0..1. */
  readonly done: number
  /** Of the whole run; NaN until there is something to reckon with. */
  readonly secondsLeft: number
}

export interface ProgressTracker {
  readonly see: (event: RunEvent) => void
  readonly now: () => Progress
}

interface Entry {
  work: number
  /** Steps by its plan; 0 without one. */
  planned: number
  state: 'planned' | 'running' | 'finished'
  progress: StageProgress
}

/** A moment and the work that this process had done until then. */
interface Mark {
  readonly time: number
  readonly work: number
}

/**
 * Follows a run by its plan and its events. The time left of the whole is what is left of its work, at the pace of what was
 * done since the start; where one stage runs alone, that stage's own estimate and the pace for the stages to come. Until
 * a stage is through, that pace leaves out the time to the first step, most of which is getting ready.
 */
export function trackProgress(clock: () => number): ProgressTracker {
  const stages = new Map<string, Entry>()
  let begun: Mark | undefined
  /** After the first step of this process. */
  let ready: Mark | undefined
  let finished = false
  /** Work that was there before this process did anything: cached stages, steps before a resume. */
  let gifted = 0

  const entryOf = (stage: string, work?: number, title = stage): Entry => {
    const fresh = { work: work ?? 0, planned: 0, state: 'planned', progress: idle(stage, title) } as const
    const known: Entry = stages.get(stage) ?? { ...fresh }
    stages.set(stage, known)
    return known
  }
  /** Work of a stage that no plan has: its steps, as dear as those of the stages planned. */
  const unplanned = (steps: number): number => {
    const planned = [...stages.values()].filter((own) => own.planned > 0)
    const all = planned.reduce((sum, own) => sum + own.planned, 0)
    return all === 0 ? steps : (steps * planned.reduce((sum, { work }) => sum + work, 0)) / all
  }
  const reachedBy = ({ work, state, progress: { step, steps } }: Entry): number =>
    state === 'finished' ? work : steps === 0 ? 0 : (work * step) / steps

  const workDone = (): number => [...stages.values()].reduce((sum, entry) => sum + reachedBy(entry), 0)
  const mark = (): Mark => ({ time: clock(), work: workDone() - gifted })
  /** Seconds for a unit of work of this process. */
  const paceSince = (since: Mark | undefined): number | undefined => {
    const now = mark()
    return since === undefined || now.work <= since.work
      ? undefined
      : (now.time - since.time) / 1000 / (now.work - since.work)
  }

  return {
    see: (event) => {
      if (event.type === 'plan')
        for (const { stage, title, work, steps } of event.stages) {
          const entry = entryOf(stage, work, title)
          entry.work = work
          entry.planned = steps
        }
      else if (event.type === 'stage-start') {
        begun ??= mark()
        const entry = entryOf(event.stage, unplanned(event.steps))
        const before = reachedBy(entry)
        entry.state = 'running'
        entry.progress = { ...idle(event.stage, event.title), step: event.done, steps: event.steps }
        // A stage that starts again after its worker died has done that part itself.
        if (before === 0) gifted += reachedBy(entry)
      } else if (event.type === 'step') {
        const { stage, step, steps, epoch, epochs, imagesPerSecond, secondsLeft, metrics } = event
        const entry = entryOf(stage, unplanned(steps))
        const { title } = entry.progress
        entry.progress = {
          ...{ stage, title, step, steps, epoch: epoch + 1, epochs },
          ...{ imagesPerSecond, secondsLeft, metrics },
        }
        ready ??= mark()
      } else if (event.type === 'stage-end') {
        const entry = entryOf(event.stage)
        if (event.cached) gifted += entry.work - reachedBy(entry)
        else finished = true
        entry.state = 'finished'
      }
    },
    now: () => {
      const all = [...stages.values()]
      const total = all.reduce((sum, { work }) => sum + work, 0)
      const reached = workDone()
      const running = all.filter(({ state }) => state === 'running')
      const [only] = running
      const alone = running.length === 1 && only !== undefined
      const rest = alone ? only.work - reachedBy(only) : 0
      const later = total - reached - rest
      const own = only?.progress.secondsLeft ?? NaN
      const pace = finished || !alone ? paceSince(begun) : (paceSince(ready) ?? own / rest)
      const byPace = (work: number): number => (work <= 1e-9 * total ? 0 : work * (pace ?? NaN))
      return {
        running: running.map(({ progress }) => progress),
        done: total === 0 ? 0 : Math.min(1, reached / total),
        secondsLeft: byPace(later) + (alone && !Number.isNaN(own) ? own : byPace(rest)),
      }
    },
  }
}

const idle = (stage: string, title: string): StageProgress => ({
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
