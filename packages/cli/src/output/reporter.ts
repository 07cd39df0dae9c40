import type { RunEvent, RunListener } from '@umbra/core'
import type { Io } from '../process/io.js'
import { barView } from './bar-view.js'
import { evaluationLine } from './describe-progress.js'
import { duration } from './format.js'
import { lineView } from './line-view.js'
import { trackProgress } from './progress.js'
import { styleFor } from './style.js'
import type { ProgressView } from './view.js'

export interface ReporterOptions {
  /** Relative work of each stage, in order. */
  readonly weights: readonly number[]
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

/** Turns a run's events into progress bars on a terminal, plain lines elsewhere. */
export function createReporter(io: Io, { weights, quiet, clock = Date.now }: ReporterOptions): Reporter {
  const style = styleFor(io.colour)
  const tracker = trackProgress(weights, clock)
  const view: ProgressView | undefined = quiet
    ? undefined
    : io.terminal === undefined
      ? lineView(io, clock)
      : barView(io.terminal)
  const say = (text: string): void => view?.say(text)

  /** Evaluations of one epoch, arm by arm, until the next event says that they are all there. */
  let evaluated: (RunEvent & { readonly type: 'evaluated' })[] = []
  const sayEvaluated = (): void => {
    if (evaluated[0] === undefined) return
    say(evaluationLine(evaluated))
    evaluated = []
  }

  const listen = (event: RunEvent): void => {
    tracker.see(event)
    if (event.type === 'evaluated') {
      evaluated.push(event)
      return
    }
    sayEvaluated()
    switch (event.type) {
      case 'notice':
        say(event.text)
        break
      case 'stage-start':
        say(
          `${style.bold(event.title)}: ${event.steps} steps` +
            (event.done > 0 ? `, going on after step ${event.done}` : ''),
        )
        view?.show(tracker.now(), true)
        break
      case 'step':
        view?.show(tracker.now(), false)
        break
      case 'arm-failed': {
        const text = `${style.yellow('stopped')} ${event.arm}: ${event.code}: ${event.reason}`
        if (view === undefined) io.err(`${text}\n`)
        else view.say(text)
        break
      }
      case 'stage-end':
        say(
          event.cached
            ? style.dim(`${event.stage}: finished before, taken from its files`)
            : style.dim(`done in ${duration(event.seconds)}`),
        )
        break
      case 'checkpoint':
        break
    }
  }
  return {
    listen,
    say,
    stop: () => {
      sayEvaluated()
      view?.stop()
    },
  }
}
