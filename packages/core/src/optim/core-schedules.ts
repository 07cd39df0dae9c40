import type { LearningRate } from '../contracts/schedule.js'
import { defineSchedule, type ScheduleDefinition } from '../contracts/schedule.js'
import {
  constantOptions,
  cosineOptions,
  type CoreLrSchedule,
  multiStepOptions,
} from '../recipe/schedule-options.js'
import { type Schedule, valueAt } from '../schedules/schedule.js'

/** Schedules of the learning rate that come with the core; their rates are values of a `Schedule`. */
export const CORE_SCHEDULES: readonly ScheduleDefinition[] = [
  defineSchedule({
    id: 'constant',
    summary: 'The same learning rate throughout.',
    formula: 'lr',
    options: constantOptions,
    create: (options) => rate({ kind: 'constant', ...options }),
  }),
  defineSchedule({
    id: 'multi-step',
    summary: 'The learning rate is multiplied at milestones.',
    formula: 'lr * factor ^ (milestones passed)',
    options: multiStepOptions,
    create: (options) => rate({ kind: 'multi-step', ...options }),
  }),
  defineSchedule({
    id: 'cosine',
    summary: 'The learning rate falls along half a cosine over the whole run.',
    formula: 'to + (lr - to) * (1 + cos(pi * epoch / epochs)) / 2',
    options: cosineOptions,
    create: (options) => rate({ kind: 'cosine', ...options }),
  }),
]

const rate =
  (options: CoreLrSchedule): LearningRate =>
  ({ lr, epoch, epochs }) => {
    const base = baseSchedule(lr, options)
    const { warmUp } = options
    return valueAt(
      warmUp > 0 ? { kind: 'warm-up', epochs: warmUp, from: 0, then: base } : base,
      epoch,
      epochs,
    )
  }

function baseSchedule(lr: number, options: CoreLrSchedule): Schedule {
  switch (options.kind) {
    case 'constant':
      return { kind: 'constant', value: lr }
    case 'multi-step':
      return { kind: 'multi-step', value: lr, milestones: options.milestones, factor: options.factor }
    case 'cosine':
      return { kind: 'cosine', from: lr, to: options.to }
  }
}
