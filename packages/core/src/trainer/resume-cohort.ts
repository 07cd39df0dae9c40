import type { CheckpointStore } from '../checkpoint/checkpoint-store.js'
import type { Cohort } from './cohort.js'
import { restoreCohort } from './cohort-checkpoints.js'
import type { CohortOptions } from './cohort-options.js'

/**
 * Restores a cohort and its plugins to the newest step that all arms have saved, and returns the number of steps done.
 * Without one it is 0, and left-over checkpoints are cleared.
 */
export async function resumeCohort(
  cohort: Cohort,
  stores: ReadonlyMap<string, CheckpointStore>,
  { hooks, stage }: CohortOptions,
): Promise<number> {
  const restored = restoreCohort(cohort.arms, stores)
  if (restored === undefined) for (const store of stores.values()) store.clear()
  else {
    for (const [id, record] of restored.records) cohort.records.set(id, record)
    for (const [id, weights] of restored.best) cohort.best.set(id, weights)
  }
  cohort.releaseStopped()
  const [unfinishedArm] = cohort.arms
  const plugins = unfinishedArm === undefined ? {} : cohort.recordOf(unfinishedArm.spec.id).plugins
  if (restored !== undefined) await hooks.restore(plugins, { stage, arms: [...stores.keys()] })
  return restored?.step ?? 0
}
