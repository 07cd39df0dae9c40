import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { writeFile } from '../util/atomic-write.js'
import { readSealed, sealedJson, sha256Of } from '../util/sealed-json.js'
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from './safetensors.js'

const PATTERN = /^checkpoint-(\d+)\.json$/
const sidecarSchema = z.object({
  step: z.int().min(0),
  sha256: z.string(),
  owner: z.string(),
  meta: z.unknown(),
})

/** The state of one arm after a step: named tensors, and the rest as JSON. */
export interface Checkpoint {
  readonly step: number
  readonly tensors: ReadonlyMap<string, StoredTensor>
  readonly meta: unknown
}

/** The checkpoints of one arm: a safetensors file and a JSON sidecar each, the last two kept. */
export interface CheckpointStore {
  /** Steps for which both files are there, newest first. Contents are checked by `load`. */
  readonly steps: () => readonly number[]
  /** Those of them whose sidecar names this owner. */
  readonly ownSteps: () => readonly number[]
  readonly save: (checkpoint: Checkpoint) => Promise<void>
  /** Undefined when the files are damaged: an older one may still serve. */
  readonly load: (step: number) => Checkpoint | undefined
  readonly clear: () => void
}

export interface CheckpointStoreOptions {
  /** How many are kept; 2 by default. */
  readonly keep?: number
  /** Hash of what the checkpoints belong to; those of another are not loaded. */
  readonly owner?: string
  /** Told in one line what is damaged. */
  readonly report?: (text: string) => void
}

/** The checkpoints of one arm in a folder. */
export function createCheckpointStore(
  folder: string,
  { keep = 2, owner = '', report = () => undefined }: CheckpointStoreOptions = {},
): CheckpointStore {
  const file = (step: number, ending: string): string => join(folder, `checkpoint-${step}.${ending}`)
  const steps = (): number[] => {
    if (!existsSync(folder)) return []
    const steps = readdirSync(folder).flatMap((name) => {
      const step = PATTERN.exec(name)?.[1]
      return step !== undefined && existsSync(file(Number(step), 'safetensors')) ? [Number(step)] : []
    })
    return steps.sort((a, b) => b - a)
  }
  const sidecar = (step: number): z.output<typeof sidecarSchema> | undefined => {
    const opened = readSealed(file(step, 'json'))
    return 'value' in opened ? sidecarSchema.safeParse(opened.value).data : undefined
  }
  const tell = (path: string, problem: string): void =>
    report(`${path} is damaged (${problem}); an earlier checkpoint or the beginning serves in its place`)
  const remove = (step: number): void => {
    // The sidecar goes first: without it the tensors do not count as a checkpoint.
    rmSync(file(step, 'json'), { force: true })
    rmSync(file(step, 'safetensors'), { force: true })
  }
  return {
    steps,
    ownSteps: () => steps().filter((step) => sidecar(step)?.owner === owner),
    save: async ({ step, tensors, meta }) => {
      const bytes = encodeSafetensors(tensors)
      const sha256 = sha256Of(bytes)
      await writeFile(file(step, 'safetensors'), bytes)
      await writeFile(file(step, 'json'), sealedJson({ step, sha256, owner, meta }, 1))
      for (const old of steps().slice(keep)) remove(old)
    },
    load: (step) => {
      const saved = sidecar(step)
      if (saved === undefined) {
        const opened = readSealed(file(step, 'json'))
        tell(file(step, 'json'), 'problem' in opened ? opened.problem : 'its keys are others')
        return undefined
      }
      if (saved.owner !== owner) return undefined
      const path = file(step, 'safetensors')
      try {
        const bytes = readFileSync(path)
        if (sha256Of(bytes) === saved.sha256)
          return { step: saved.step, meta: saved.meta, tensors: decodeSafetensors(bytes, path) }
        tell(path, 'its checksum differs')
      } catch (error) {
        tell(path, (error as Error).message)
      }
      return undefined
    },
    clear: () => steps().forEach(remove),
  }
}
