import type { RunEvent, RunListener } from '@umbra/core'
import type { Io } from '../process/io.js'
import { barView } from './bar-view.js'
import { epochLines } from './describe-progress.js'
import { eventLine } from './event-line.js'
import { gatherEvaluations } from './gather-evaluations.js'
import { lineView } from './line-view.js'
import type { ProgressView } from './progress-view.js'
import { styleFor } from './style.js'
import { trackProgress } from './track-progress.js'

export interface ReporterOptions {
  /** Reports failures only. */
  readonly quiet: boolean
  /** Prints the stack of what an arm failed with. */
  readonly debug?: boolean
  readonly clock?: () => number
}

export interface Reporter {
  readonly listen: RunListener
  /** Prints a line that stays. */
  readonly say: (text: string) => void
  /** Ends the bars; safe to call more than once. */
  readonly stop: () => void
}

/** Turns a run's events into progress bars on a terminal, plain lines elsewhere. */
export function createReporter(
  io: Io,
  { quiet, debug = false, clock = Date.now }: ReporterOptions,
): Reporter {
  const style = styleFor(io.colour)
  const tracker = trackProgress(clock)
  const view = quiet ? undefined : viewFor(io, clock)
  const say = (text: string): void => view?.say(text)
  const epochs = gatherEvaluations((stage, events) => {
    const several = tracker.now().running.length > 1
    for (const line of epochLines(events)) say(`${several ? `${stage}  ` : ''}${line}`)
  })
  const listen = (event: RunEvent): void => {
    tracker.record(event)
    if (event.type === 'evaluated' || event.type === 'average-evaluated' || event.type === 'arm-stopped') {
      // The test set is evaluated at the end and reported with the end of the arm.
      if (!('set' in event) || event.set !== 'test') epochs.add(event)
      return
    }
    if ('stage' in event) epochs.flush(event.stage)
    const line = eventLine(event, style)
    if (line !== undefined) {
      if (view === undefined && event.type === 'arm-failed') io.err(`${line}\n`)
      else say(line)
    }
    if (debug && event.type === 'arm-failed' && event.stack !== undefined) io.err(`${event.stack}\n`)
    if (event.type === 'stage-start' || event.type === 'step') {
      const progress = tracker.now()
      const changed = progress.running.find(({ stage }) => stage === event.stage)
      view?.show(progress, changed, event.type === 'stage-start')
    }
  }
  return {
    listen,
    say,
    stop: () => {
      epochs.flushAll()
      view?.stop()
    },
  }
}

const viewFor = (io: Io, clock: () => number): ProgressView =>
  io.terminal === undefined ? lineView(io, clock) : barView(io.terminal)
