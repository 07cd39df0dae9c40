import type { RunEvent, RunListener } from '@umbra/core'
import type { Io } from '../process/io.js'
import { barView } from './bar-view.js'
import { armLine, epochLines } from './describe-progress.js'
import { duration } from './format.js'
import { lineView } from './line-view.js'
import { trackProgress } from './progress.js'
import { styleFor } from './style.js'
import type { ProgressView } from './view.js'

export interface ReporterOptions {
  /** Says only what went wrong. */
  readonly quiet: boolean
  readonly clock?: () => number
}

export interface Reporter {
  readonly listen: RunListener
  /** A line that stays. */
  readonly say: (text: string) => void
  /** Ends the bars; may be called again. */
  readonly stop: () => void
}

/** What is told at the end of an epoch, arm by arm. */
type EpochEvent = RunEvent & { readonly type: 'evaluated' | 'average-evaluated' | 'arm-stopped' }

/** Turns a run's events into progress bars on a terminal, plain lines elsewhere. */
export function createReporter(io: Io, { quiet, clock = Date.now }: ReporterOptions): Reporter {
  const style = styleFor(io.colour)
  const tracker = trackProgress(clock)
  const view: ProgressView | undefined = quiet
    ? undefined
    : io.terminal === undefined
      ? lineView(io, clock)
      : barView(io.terminal)
  const say = (text: string): void => view?.say(text)

  /** Evaluations of one epoch of a stage, arm by arm, until its next event says that they are all there. */
  const evaluated = new Map<string, EpochEvent[]>()
  const sayEvaluated = (stage: string): void => {
    const waiting = evaluated.get(stage) ?? []
    evaluated.delete(stage)
    const several = tracker.now().running.length > 1
    for (const line of epochLines(waiting)) say(`${several ? `${stage}  ` : ''}${line}`)
  }
  const seeEpoch = (event: EpochEvent): void => {
    // The test set is read at the end, and told with the arm's end.
    if ('set' in event && event.set === 'test') return
    if (evaluated.get(event.stage)?.[0]?.epoch !== event.epoch) sayEvaluated(event.stage)
    evaluated.set(event.stage, [...(evaluated.get(event.stage) ?? []), event])
  }
  const show = (stage: string, fresh: boolean): void => {
    const progress = tracker.now()
    view?.show(
      progress,
      progress.running.find((own) => own.stage === stage),
      fresh,
    )
  }

  const listen = (event: RunEvent): void => {
    tracker.see(event)
    if (event.type === 'evaluated' || event.type === 'average-evaluated' || event.type === 'arm-stopped') {
      seeEpoch(event)
      return
    }
    if ('stage' in event) sayEvaluated(event.stage)
    switch (event.type) {
      case 'notice':
        say(event.text)
        break
      case 'stage-start':
        say(
          `${style.bold(event.title)}: ${event.steps} steps` +
            (event.done > 0 ? `, going on after step ${event.done}` : ''),
        )
        show(event.stage, true)
        break
      case 'step':
        show(event.stage, false)
        break
      case 'arm-failed': {
        const text = `${style.yellow('stopped')} ${event.arm}: ${event.code}: ${event.reason}`
        if (view === undefined) io.err(`${text}\n`)
        else view.say(text)
        break
      }
      case 'arm-end':
        if (!event.cached && !event.failed) say(style.dim(armLine(event)))
        break
      case 'stage-end':
        say(
          event.cached
            ? style.dim(`${event.stage}: finished before, taken from its files`)
            : style.dim(`${event.stage} done in ${duration(event.seconds)}`),
        )
        break
      case 'checkpoint':
      case 'plan':
        break
    }
  }
  return {
    listen,
    say,
    stop: () => {
      for (const stage of [...evaluated.keys()]) sayEvaluated(stage)
      view?.stop()
    },
  }
}
