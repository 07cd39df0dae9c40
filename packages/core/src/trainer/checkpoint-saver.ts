import type { CheckpointStore } from '../checkpoint/checkpoint-store.js'
import type { Cohort } from './cohort.js'
import { saveCohort } from './cohort-checkpoints.js'
import type { CohortOptions } from './cohort-options.js'

/** Milliseconds after which a checkpoint is due however few the steps: a kill costs no more than that. */
const SAVE_EVERY = 20_000
/** At most 1 / SAVE_SHARE of the time goes into saving. */
const SAVE_SHARE = 20

/** Saves checkpoints of a cohort, at a pace that keeps saving cheap. */
export interface CheckpointSaver {
  /** Whether a checkpoint is due after so many steps. */
  readonly due: (steps: number) => boolean
  /** Saves the arms in training after so many steps, with what plugins add. */
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
    save: async (step) => {
      if (cohort.arms.length === 0) return
      const begun = now()
      cohort.pull()
      const state = hooks.has('checkpoint') ? hooks.collect('checkpoint', { stage, arms, step }) : {}
      for (const record of cohort.records.values()) record.plugins = state
      await saveCohort(cohort.arms, stores, step, cohort.records, cohort.best)
      listen({ type: 'checkpoint', stage, step })
      lastSave = now()
      saveTime = lastSave - begun
    },
  }
}
