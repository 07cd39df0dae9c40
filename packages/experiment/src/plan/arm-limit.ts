import type { Executor } from '@umbra/core'
import type { ResolvedConfig } from '../config/experiment-config.js'
import type { ModelSizes } from './model-sizes.js'
import type { PlannedArm } from './planned-arm.js'
import { armBytes, teacherBytes } from './arm-memory.js'
import { freeBytes } from './free-bytes.js'
import type { MethodBytes } from './method-memory.js'

/** Fraction of the free memory that cohorts may use. */
const SHARE = 0.6

/** Inputs of the limit on arms trained side by side. */
export interface LimitContext {
  readonly config: Pick<ResolvedConfig, 'recipe' | 'cohort'>
  readonly sizes: ModelSizes
  readonly executor: Pick<Executor, 'processes'>
  /** Copies of a student's weights that hooks keep. */
  readonly copies: number
  readonly methodBytes: MethodBytes
}

/**
 * How many arms of a pair are trained side by side: `cohort.maxArms`, or as many as fit in the memory that is free now,
 * divided among the executor's processes. Which arms share a cohort does not change their results.
 */
export function armLimit(
  { config, sizes, executor, copies, methodBytes }: LimitContext,
  free = freeBytes(),
): (arm: Pick<PlannedArm, 'pair'>) => number {
  const { batch } = config.recipe
  return ({ pair }) => {
    const { maxArms } = config.cohort
    if (maxArms !== undefined) return maxArms
    const perArm = armBytes(sizes(pair.student.model), batch, copies) + methodBytes(pair)
    const shared = pair.teachers.reduce((sum, { model }) => sum + teacherBytes(sizes(model), batch), 0)
    const budget = (SHARE * free) / (executor.processes ?? 1) - shared
    return Math.max(1, Math.floor(budget / perArm))
  }
}
