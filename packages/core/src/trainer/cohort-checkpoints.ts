import type { Checkpoint, CheckpointStore } from '../checkpoint/checkpoint-store.js'
import type { StoredTensor } from '../checkpoint/safetensors.js'
import { restoreVariables, storeVariables } from '../checkpoint/stored-variables.js'
import { getEntry } from '../util/get-entry.js'
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
    await getEntry(stores, spec.id, 'checkpoint store of arm').save({
      step,
      tensors,
      meta: records.get(spec.id),
    })
  }
}

/**
 * Restores all arms to the newest step for which each has an undamaged checkpoint; the last one of an arm that a hook
 * stopped counts for all later steps. Undefined when there is none: training starts from the beginning.
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
  const armStores = arms.flatMap((arm) => {
    const store = stores.get(arm.spec.id)
    return store === undefined ? [] : [{ arm, store, steps: store.steps() }]
  })
  const steps = [...new Set(armStores.flatMap((each) => each.steps))].sort((a, b) => b - a)
  for (const step of steps) {
    const loaded = allLoaded(armStores, step)
    if (loaded === undefined) continue
    const records = new Map<string, ArmRecord>()
    const best = new Map<string, StudentWeights>()
    for (const { arm, checkpoint, record } of loaded) {
      const { id } = arm.spec
      restoreVariables(arm.saved, checkpoint.tensors, `checkpoint ${checkpoint.step} of arm "${id}"`)
      records.set(id, record)
      const kept = bestWeights(checkpoint.tensors)
      if (kept.size > 0) best.set(id, kept)
    }
    return { step, records, best }
  }
  return undefined
}

interface ArmStore {
  readonly arm: Arm
  readonly store: CheckpointStore
  /** Newest first. */
  readonly steps: readonly number[]
}

interface LoadedArm {
  readonly arm: Arm
  readonly checkpoint: Checkpoint
  readonly record: ArmRecord
}

/** The state of every arm at a step; undefined where one of them has none. */
function allLoaded(armStores: readonly ArmStore[], step: number): LoadedArm[] | undefined {
  const newest = armStores.map(({ steps }) => steps.find((candidate) => candidate <= step))
  if (newest.includes(undefined)) return undefined
  const loaded: LoadedArm[] = []
  for (const [i, { arm, store }] of armStores.entries()) {
    const checkpoint = store.load(newest[i] ?? step)
    const record = armRecordSchema.safeParse(checkpoint?.meta).data
    if (checkpoint === undefined || record === undefined) return undefined
    if (checkpoint.step !== step && record.stopped === undefined) return undefined
    loaded.push({ arm, checkpoint, record })
  }
  return loaded
}

const bestWeights = (tensors: ReadonlyMap<string, StoredTensor>): StudentWeights =>
  new Map(
    [...tensors].flatMap(([name, tensor]) =>
      name.startsWith(BEST) ? [[name.slice(BEST.length), tensor] as const] : [],
    ),
  )
