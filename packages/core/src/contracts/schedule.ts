import type { z } from 'zod'
import type { DefinitionBase, OptionsSchema, Paper } from './definition.js'

/** When a learning rate is asked for. */
export interface ScheduleTime {
  /** The optimiser's own rate, which the schedule changes. */
  readonly lr: number
  /** Epochs since the beginning, with fractions: that of the middle of a step. */
  readonly epoch: number
  /** Epochs of the whole run. */
  readonly epochs: number
}

/**
 * The learning rate at a time: a finite number, 0 or more. A function of its argument alone, for it is asked for steps in any order: a run
 * that is resumed starts in the middle.
 */
export type LearningRate = (time: ScheduleTime) => number

/** A schedule of the learning rate by id: its options, and the rate they give. */
export interface ScheduleDefinition<S extends OptionsSchema = OptionsSchema> extends DefinitionBase<
  'schedule',
  S
> {
  readonly paper?: Paper
  /** The rate in plain text, as `umbra explain` prints it. */
  readonly formula?: string
  create(options: z.output<S>): LearningRate
}

/**
 * Checks the type of a schedule of the learning rate and freezes it. A recipe names it by `kind`, its options beside it:
 * `schedule: { kind: 'half-way', factor: 0.1 }`.
 *
 * @example
 * const halfWay = defineSchedule({
 *   id: 'half-way',
 *   summary: 'Another rate in the second half of the run.',
 *   options: z.strictObject({ factor: z.number().positive().default(0.1) }),
 *   create: ({ factor }) => ({ lr, epoch, epochs }) => (epoch < epochs / 2 ? lr : lr * factor),
 * })
 * halfWay.create({ factor: 0.5 })({ lr: 0.2, epoch: 7, epochs: 10 }) // 0.1
 */
export function defineSchedule<const S extends OptionsSchema>(
  schedule: Omit<ScheduleDefinition<S>, 'kind'>,
): ScheduleDefinition<S> {
  return Object.freeze({ kind: 'schedule', ...schedule })
}
