import { type Scheduled, valueAt } from './schedule.js'

/** Times between two turns of a schedule at which it is looked at. */
const BETWEEN = 64

/**
 * Values that a schedule takes: at its beginning and end, at all of its turns, and at many times between. Pieces that follow the
 * length of the run are read for a run that is as long as the schedule.
 */
export function valuesOf(schedule: Scheduled): number[] {
  if (typeof schedule === 'number') return [schedule]
  const turns = turnsOf(schedule)
  const length = Math.max(1, ...turns) + 1
  const between = Array.from({ length: BETWEEN + 1 }, (_, i) => (length * i) / BETWEEN)
  return [...turns, ...between].map((epoch) => valueAt(schedule, epoch, length))
}

/** Epochs at which a schedule starts, ends or jumps. */
function turnsOf(schedule: Scheduled): number[] {
  if (typeof schedule === 'number') return [0]
  switch (schedule.kind) {
    case 'constant':
      return [0]
    case 'multi-step':
    case 'steps':
      return [0, ...schedule.milestones]
    case 'cosine':
    case 'linear':
      return schedule.epochs === undefined ? [0] : [0, schedule.epochs]
    case 'warm-up':
      return [0, schedule.epochs, ...turnsOf(schedule.then)]
    case 'sum':
    case 'product':
      return schedule.of.flatMap(turnsOf)
  }
}
