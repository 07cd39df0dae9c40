import type { CheckpointStore } from '../checkpoint/checkpoint-store.js'
import type { Cohort } from './cohort.js'
import { saveCohort } from './cohort-checkpoints.js'
import type { CohortOptions } from './cohort-options.js'

/** A checkpoint is due after this many milliseconds, however few the steps: the most that a kill can cost. */
const SAVE_EVERY = 20_000
/** At most 1 / SAVE_SHARE of the time goes into saving. */
const SAVE_SHARE = 20

/** Saves checkpoints of a cohort, at a pace that keeps saving cheap. */
export interface CheckpointSaver {
  /** Whether a checkpoint is due when `steps` steps are done. */
  readonly due: (steps: number) => boolean
  /** Saves the arms in training when `steps` steps are done, with what plugins add. */
  readonly save: (steps: number) => Promise<void>
}

export function createCheckpointSaver(
  cohort: Cohort,
  stores: ReadonlyMap<string, CheckpointStore>,
  { recipe, hooks, listen, now, stage }: CohortOptions,
): CheckpointSaver {
  const arms = [...cohort.records.keys()]
  let lastSave = now()
  let saveTime = 0
  return {
    due: (steps) =>
      steps % recipe.checkpointEvery === 0 || now() - lastSave >= Math.max(SAVE_EVERY, SAVE_SHARE * saveTime),
    save: async (steps) => {
      if (cohort.arms.length === 0) return
      const begun = now()
      cohort.pull()
      const state = hooks.has('checkpoint') ? hooks.collect('checkpoint', { stage, arms, step: steps }) : {}
      for (const record of cohort.records.values()) record.plugins = state
      await saveCohort(cohort.arms, stores, steps, cohort.records, cohort.best)
      listen({ type: 'checkpoint', stage, step: steps })
      lastSave = now()
      saveTime = lastSave - begun
    },
  }
}
