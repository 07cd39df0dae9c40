import type { LrSchedule } from '../recipe/recipe.js'
import { type Schedule, valueAt } from '../schedules/schedule.js'

/** The schedule of a learning rate that starts from `lr`. */
export function lrSchedule(lr: number, options: LrSchedule): Schedule {
  const base = baseSchedule(lr, options)
  return options.warmUp > 0 ? { kind: 'warm-up', epochs: options.warmUp, from: 0, then: base } : base
}

function baseSchedule(lr: number, options: LrSchedule): Schedule {
  switch (options.kind) {
    case 'constant':
      return { kind: 'constant', value: lr }
    case 'multi-step':
      return { kind: 'multi-step', value: lr, milestones: options.milestones, factor: options.factor }
    case 'cosine':
      return { kind: 'cosine', from: lr, to: options.to }
  }
}

/** Learning rate of a step: the schedule at the middle of the step, so that a warm-up from zero never wastes its first step. */
export function learningRate(
  schedule: Schedule,
  step: number,
  stepsPerEpoch: number,
  epochs: number,
): number {
  return valueAt(schedule, (step + 0.5) / stepsPerEpoch, epochs)
}
