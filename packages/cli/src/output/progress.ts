import type { RunEvent, StepMetrics } from '@umbra/core'

/** Where a run stands, derived from its events. */
export interface Progress {
  /** Title of the running stage; empty before the first. */
  readonly title: string
  readonly step: number
  readonly steps: number
  /** 1-based; 0 before the first step. */
  readonly epoch: number
  readonly epochs: number
  /** Of the whole run, 0..1. */
  readonly done: number
  readonly imagesPerSecond: number
  readonly stageSecondsLeft: number
  /** Of the whole run; NaN until there is something to reckon with. */
  readonly secondsLeft: number
  readonly metrics: Readonly<Record<string, StepMetrics>>
}

export interface ProgressTracker {
  readonly see: (event: RunEvent) => void
  readonly now: () => Progress
}

/**
 * Follows a run whose stages have the relative amounts of work `weights`, in the order they run. The time left of the
 * whole is the running stage's own, and the stages to come at the pace (seconds a unit of weight) of what was done since
 * the start.
 */
export function trackProgress(weights: readonly number[], clock: () => number): ProgressTracker {
  const total = weights.reduce((a, b) => a + b, 0)
  let finished = 0
  let index = -1
  let started = clock()
  /** Weight that was there before this process did anything: cached stages, steps before a resume. */
  let gifted = 0
  let stage = idle('')

  const weight = (): number => weights[index] ?? 0
  const running = (): number => (stage.steps === 0 ? 0 : (weight() * stage.step) / stage.steps)

  return {
    see: (event) => {
      if (event.type === 'stage-start') {
        if (index < 0) started = clock()
        index++
        stage = { ...idle(event.title), step: event.done, steps: event.steps }
        gifted += running()
      } else if (event.type === 'step') {
        const { step, steps, epoch, epochs, imagesPerSecond, secondsLeft, metrics } = event
        stage = { ...stage, step, steps, epoch: epoch + 1, epochs, imagesPerSecond, secondsLeft, metrics }
      } else if (event.type === 'stage-end') {
        // A stage whose result was at hand may end without having started.
        if (stage.title === '') index++
        if (event.cached) gifted += weight() - running()
        finished += weight()
        stage = idle('')
      }
    },
    now: () => {
      const reached = finished + running()
      const own = reached - gifted
      const pace = own > 0 ? (clock() - started) / 1000 / own : NaN
      const later = total - finished - (stage.title === '' ? 0 : weight())
      const left = later <= 0 ? 0 : later * pace
      return {
        ...stage,
        done: total === 0 ? 0 : Math.min(1, reached / total),
        stageSecondsLeft: stage.secondsLeft,
        secondsLeft: stage.title === '' ? left : stage.secondsLeft + left,
      }
    },
  }
}

const idle = (title: string) => ({
  title,
  step: 0,
  steps: 0,
  epoch: 0,
  epochs: 0,
  imagesPerSecond: NaN,
  secondsLeft: NaN,
  metrics: {} as Readonly<Record<string, StepMetrics>>,
})
