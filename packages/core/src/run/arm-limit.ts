import { freemem } from 'node:os'
import process from 'node:process'
import { buildModel } from '../model/build-model.js'
import type { PlannedArm } from './arms.js'
import type { ModelChoice } from '../contracts/method.js'
import { armBytes, type ModelSize, sizeOf, teacherBytes } from './arm-memory.js'
import type { Session } from './session.js'

/** Part of the free memory that cohorts may take. */
const SHARE = 0.6

type LimitContext = Pick<Session, 'config' | 'registry' | 'dataset' | 'executor'>

/**
 * How many arms of a pair are trained side by side: `cohort.maxArms`, or as many as the memory that is free now holds,
 * divided among the executor's processes. Which arms share a cohort does not change their results.
 */
export function armLimit(
  { config, registry, dataset, executor }: LimitContext,
  free = freeBytes(),
): (arm: Pick<PlannedArm, 'pair'>) => number {
  const known = new Map<string, number>()
  return ({ pair }) => {
    const given = config.cohort.maxArms
    if (given !== undefined) return given
    const found = known.get(pair.id)
    if (found !== undefined) return found
    const { batch } = config.recipe
    const sizeBuilt = (choice: ModelChoice): ModelSize => {
      const { model } = buildModel(registry, choice, dataset, 0)
      const size = sizeOf(model)
      model.dispose()
      return size
    }
    const own = armBytes(sizeBuilt(pair.student.model), batch)
    const shared = pair.teachers.reduce((sum, { model }) => sum + teacherBytes(sizeBuilt(model), batch), 0)
    const budget = (SHARE * free) / (executor.processes ?? 1) - shared
    const limit = Math.max(1, Math.floor(budget / own))
    known.set(pair.id, limit)
    return limit
  }
}

/** Free memory of the container where there is one, else of the machine. */
function freeBytes(): number {
  // Newer than the oldest Node that is supported.
  const available = (process as { readonly availableMemory?: () => number }).availableMemory?.() ?? freemem()
  return available > 0 ? available : freemem()
}
