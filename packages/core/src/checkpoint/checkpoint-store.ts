import { writeFile } from '../util/atomic-write.js'
import { removeFile } from '../util/remove-file.js'
import { sealedJson, sha256Of } from '../util/sealed-json.js'
import { statusOf } from '../util/status-of.js'
import {
  type DamagedFile,
  checkpointFile,
  checkpointSteps,
  readCheckpoint,
  readSidecar,
} from './checkpoint-files.js'
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from './safetensors.js'

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
  /** Removes all of them, or those saved before a moment. */
  readonly clear: (before?: Date) => void
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
  const steps = (): number[] => checkpointSteps(folder)
  const tell = ({ path, problem }: DamagedFile): void =>
    report(`${path} is damaged (${problem}); an earlier checkpoint or the beginning serves in its place`)
  const remove = (step: number): void => {
    // The sidecar goes first: without it the tensors do not count as a checkpoint.
    for (const ending of ['json', 'safetensors'] as const) {
      const path = checkpointFile(folder, step, ending)
      if (statusOf(path)?.isDirectory() !== true) removeFile(path)
    }
  }
  const isOwn = (step: number): boolean => {
    const sidecar = readSidecar(folder, step)
    return !('problem' in sidecar) && sidecar.owner === owner
  }
  return {
    steps,
    ownSteps: () => steps().filter(isOwn),
    save: async ({ step, tensors, meta }) => {
      const bytes = encodeSafetensors(tensors)
      const sha256 = sha256Of(bytes)
      await writeFile(checkpointFile(folder, step, 'safetensors'), bytes)
      await writeFile(checkpointFile(folder, step, 'json'), sealedJson({ step, sha256, owner, meta }, 1))
      for (const old of steps().slice(keep)) remove(old)
    },
    load: (step) => {
      const sidecar = readSidecar(folder, step)
      if (!('problem' in sidecar) && sidecar.owner !== owner) return undefined
      const path = checkpointFile(folder, step, 'safetensors')
      try {
        const read = readCheckpoint(folder, step)
        if (!('problem' in read))
          return { step: read.step, meta: read.meta, tensors: decodeSafetensors(read.bytes, path) }
        tell(read)
      } catch (error) {
        tell({ path, problem: (error as Error).message })
      }
      return undefined
    },
    clear: (before) => {
      const isOld = (step: number): boolean => {
        const saved = statusOf(checkpointFile(folder, step, 'json'))?.mtimeMs ?? 0
        return before === undefined || saved < before.getTime()
      }
      steps().filter(isOld).forEach(remove)
    },
  }
}
