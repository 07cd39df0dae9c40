import type { CheckpointStore } from '../checkpoint/checkpoint-store.js'
import { restoreVariables, storeVariables } from '../checkpoint/stored-variables.js'
import type { Arm } from './arm.js'
import { type ArmRecord, armRecordSchema } from './arm-record.js'

/** Saves every arm at one step. */
export async function saveCohort(
  arms: readonly Arm[],
  stores: ReadonlyMap<string, CheckpointStore>,
  step: number,
  records: ReadonlyMap<string, ArmRecord>,
): Promise<void> {
  for (const { spec, saved } of arms) {
    const tensors = await storeVariables(saved)
    await stores.get(spec.id)!.save({ step, tensors, meta: records.get(spec.id) })
  }
}

/**
 * Brings all arms back to the newest step for which every one of them has an undamaged checkpoint.
 * Undefined when there is none: training starts from the beginning.
 */
export function restoreCohort(
  arms: readonly Arm[],
  stores: ReadonlyMap<string, CheckpointStore>,
): { readonly step: number; readonly records: Map<string, ArmRecord> } | undefined {
  const lists = arms.map(({ spec }) => stores.get(spec.id)!.steps())
  const common = (lists[0] ?? []).filter((step) => lists.every((steps) => steps.includes(step)))
  for (const step of common) {
    const loaded = arms.map(({ spec }) => stores.get(spec.id)!.load(step))
    const metas = loaded.map((checkpoint) => armRecordSchema.safeParse(checkpoint?.meta))
    if (loaded.some((checkpoint) => checkpoint === undefined) || metas.some((meta) => !meta.success)) continue
    const records = new Map<string, ArmRecord>()
    arms.forEach(({ spec, saved }, i) => {
      restoreVariables(saved, loaded[i]!.tensors, `checkpoint ${step} of arm "${spec.id}"`)
      records.set(spec.id, metas[i]!.data!)
    })
    return { step, records }
  }
  return undefined
}
