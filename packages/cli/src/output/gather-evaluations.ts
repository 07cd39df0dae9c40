import type { EpochEvent } from './describe-progress.js'

/** Gathers the evaluations of one epoch of a stage, which arrive arm by arm. */
export interface EvaluationGatherer {
  readonly add: (event: EpochEvent) => void
  /** Reports what was gathered for a stage: its next event shows that the epoch is complete. */
  readonly flush: (stage: string) => void
  readonly flushAll: () => void
}

/** `report` gets at least one evaluation, all of one stage and epoch. */
export function gatherEvaluations(
  report: (stage: string, events: readonly EpochEvent[]) => void,
): EvaluationGatherer {
  const waiting = new Map<string, EpochEvent[]>()
  const flush = (stage: string): void => {
    const events = waiting.get(stage)
    waiting.delete(stage)
    if (events !== undefined) report(stage, events)
  }
  return {
    add: (event) => {
      const events = waiting.get(event.stage)
      if (events?.[0]?.epoch === event.epoch) events.push(event)
      else {
        flush(event.stage)
        waiting.set(event.stage, [event])
      }
    },
    flush,
    flushAll: () => {
      for (const stage of [...waiting.keys()]) flush(stage)
    },
  }
}
