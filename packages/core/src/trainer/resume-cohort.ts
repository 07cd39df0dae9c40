import type { CheckpointStore } from '../checkpoint/checkpoint-store.js'
import type { Cohort } from './cohort.js'
import { restoreCohort } from './cohort-checkpoints.js'
import type { CohortOptions } from './cohort-options.js'

/**
 * Brings a cohort and its plugins back to the newest step that all arms have saved, and returns how many steps are done.
 * Where there is none, 0, and the checkpoints that are left are cleared.
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
