import type { CheckpointStore } from '../checkpoint/checkpoint-store.js'
import type { StoredTensor } from '../checkpoint/safetensors.js'
import { restoreVariables, storeVariables } from '../checkpoint/stored-variables.js'
import type { Arm } from './arm.js'
import { type ArmRecord, armRecordSchema } from './arm-record.js'
import type { StudentWeights } from './best-epoch.js'

const BEST = 'best/'

/** Saves every arm at one step, with the weights of its best epoch. */
export async function saveCohort(
  arms: readonly Arm[],
  stores: ReadonlyMap<string, CheckpointStore>,
  step: number,
  records: ReadonlyMap<string, ArmRecord>,
  best: ReadonlyMap<string, StudentWeights>,
): Promise<void> {
  for (const { spec, saved } of arms) {
    const tensors = await storeVariables(saved)
    for (const [name, tensor] of best.get(spec.id) ?? []) tensors.set(`${BEST}${name}`, tensor)
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
):
  | {
      readonly step: number
      readonly records: Map<string, ArmRecord>
      readonly best: Map<string, StudentWeights>
    }
  | undefined {
  const lists = arms.map(({ spec }) => stores.get(spec.id)!.steps())
  const common = (lists[0] ?? []).filter((step) => lists.every((steps) => steps.includes(step)))
  for (const step of common) {
    const loaded = arms.map(({ spec }) => stores.get(spec.id)!.load(step))
    const metas = loaded.map((checkpoint) => armRecordSchema.safeParse(checkpoint?.meta))
    if (loaded.some((checkpoint) => checkpoint === undefined) || metas.some((meta) => !meta.success)) continue
    const records = new Map<string, ArmRecord>()
    const best = new Map<string, StudentWeights>()
    arms.forEach(({ spec, saved }, i) => {
      restoreVariables(saved, loaded[i]!.tensors, `checkpoint ${step} of arm "${spec.id}"`)
      records.set(spec.id, metas[i]!.data!)
      const kept = bestWeights(loaded[i]!.tensors)
      if (kept.size > 0) best.set(spec.id, kept)
    })
    return { step, records, best }
  }
  return undefined
}

const bestWeights = (tensors: ReadonlyMap<string, StoredTensor>): StudentWeights =>
  new Map(
    [...tensors].flatMap(([name, tensor]) =>
      name.startsWith(BEST) ? [[name.slice(BEST.length), tensor] as const] : [],
    ),
  )
