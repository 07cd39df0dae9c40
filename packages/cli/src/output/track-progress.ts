import type { RunEvent } from '@umbra/core'
import type { Progress } from './progress.js'
import { type StageLedger, createStageLedger, notStarted, sum, workDone } from './stage-ledger.js'

export interface ProgressTracker {
  readonly record: (event: RunEvent) => void
  readonly now: () => Progress
}

/** A time, and the work that this process had done by then. */
interface Mark {
  readonly time: number
  readonly work: number
}

/** The state of a run that is not in the ledger of its stages. */
interface Session {
  /** Work done before this process started: cached stages, steps before a resume. */
  doneBefore: number
  /** At the first start of a stage. */
  started: Mark | undefined
  /** After the first step. */
  ready: Mark | undefined
  /** Whether this process has finished a stage. */
  finished: boolean
}

/**
 * Follows a run by its plan and its events. The remaining time is the remaining work at the pace since the start; where one
 * stage runs alone, that stage's own estimate and the pace for the stages to come. Until a stage is finished, the pace
 * leaves out the time to the first step, most of which is preparation.
 */
export function trackProgress(clock: () => number): ProgressTracker {
  const ledger = createStageLedger()
  const session: Session = { doneBefore: 0, started: undefined, ready: undefined, finished: false }
  const mark = (): Mark => ({ time: clock(), work: sum(ledger.all().map(workDone)) - session.doneBefore })
  return {
    record: (event) => {
      if (event.type === 'plan') recordPlan(ledger, event)
      else if (event.type === 'stage-start') {
        session.started ??= mark()
        recordStart(ledger, session, event)
      } else if (event.type === 'step') {
        recordStep(ledger, event)
        session.ready ??= mark()
      } else if (event.type === 'stage-end') recordEnd(ledger, session, event)
    },
    now: () => progressOf(ledger, session, mark()),
  }
}

type EventOf<T extends RunEvent['type']> = RunEvent & { readonly type: T }

function recordPlan(ledger: StageLedger, { stages }: EventOf<'plan'>): void {
  for (const { stage, title, work, steps } of stages) {
    const entry = ledger.entry(stage, work, title)
    entry.work = work
    entry.plannedSteps = steps
  }
}

function recordStart(
  ledger: StageLedger,
  session: Session,
  { stage, title, done, steps }: EventOf<'stage-start'>,
): void {
  const entry = ledger.entry(stage, ledger.unplannedWork(steps))
  const before = workDone(entry)
  entry.state = 'running'
  entry.progress = { ...notStarted(stage, title), step: done, steps }
  // A stage that restarts after its worker died did this part in this session.
  if (before === 0) session.doneBefore += workDone(entry)
}

function recordStep(ledger: StageLedger, event: EventOf<'step'>): void {
  const { stage, step, steps, epoch, epochs, imagesPerSecond, secondsLeft, metrics } = event
  const entry = ledger.entry(stage, ledger.unplannedWork(steps))
  const { title } = entry.progress
  entry.progress = {
    ...{ stage, title, step, steps, epoch: epoch + 1, epochs },
    ...{ imagesPerSecond, secondsLeft, metrics },
  }
}

function recordEnd(ledger: StageLedger, session: Session, { stage, cached }: EventOf<'stage-end'>): void {
  const entry = ledger.entry(stage)
  if (cached) session.doneBefore += entry.work - workDone(entry)
  else session.finished = true
  entry.state = 'finished'
}

function progressOf(ledger: StageLedger, { started, ready, finished }: Session, now: Mark): Progress {
  const all = ledger.all()
  const total = sum(all.map(({ work }) => work))
  const reached = sum(all.map(workDone))
  const running = all.filter(({ state }) => state === 'running')
  const [only] = running
  const alone = running.length === 1 && only !== undefined
  const rest = alone ? only.work - workDone(only) : 0
  const later = total - reached - rest
  const stageSeconds = only?.progress.secondsLeft ?? NaN
  const pace =
    finished || !alone ? paceBetween(started, now) : (paceBetween(ready, now) ?? stageSeconds / rest)
  const secondsFor = (work: number): number => (work <= 1e-9 * total ? 0 : work * (pace ?? NaN))
  return {
    running: running.map(({ progress }) => progress),
    done: total === 0 ? 0 : Math.min(1, reached / total),
    secondsLeft: secondsFor(later) + (alone && !Number.isNaN(stageSeconds) ? stageSeconds : secondsFor(rest)),
  }
}

/** Seconds per unit of work; undefined where no work was done in between. */
const paceBetween = (from: Mark | undefined, to: Mark): number | undefined =>
  from === undefined || to.work <= from.work
    ? undefined
    : (to.time - from.time) / 1000 / (to.work - from.work)
