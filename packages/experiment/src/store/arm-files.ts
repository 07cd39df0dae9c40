import { copyFileSync, existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { encodeSafetensors, writeError, writeFile } from '@umbra/core/files'
import { z, type CohortSpec } from '@umbra/core'
import { type ArmResult, type StudentWeights, type TrainedArm, armResultSchema } from '@umbra/core/trainer'

/** What a finished arm consists of. The result comes last: an arm with a result is finished. */
const FILES = ['student.safetensors', 'best.safetensors', 'average.safetensors', 'result.json']

/** Finished arms of a run folder, shared with other runs through the store by the hash of what determines them. */
export interface ArmFiles {
  /** The result of an arm, whatever it is, if everything that determines it is the same. */
  readonly result: (folder: CohortSpec['folder'], id: string, hash: string) => ArmResult | undefined
  /** The same where it is final: a failure other than divergence may have been fixed and is tried again. */
  readonly read: (folder: CohortSpec['folder'], id: string, hash: string) => ArmResult | undefined
  /** The same, taken from another run's work into this folder. */
  readonly adopt: (folder: CohortSpec['folder'], id: string, hash: string) => ArmResult | undefined
  readonly write: (
    folder: CohortSpec['folder'],
    result: ArmResult,
    trained: Pick<TrainedArm, 'weights' | 'bestWeights' | 'averageWeights'> | undefined,
  ) => Promise<void>
}

export function createArmFiles(runDir: string, storeDir: string): ArmFiles {
  const stored = (hash: string): string => join(storeDir, hash)
  const place = (folder: CohortSpec['folder'], id: string): string => join(runDir, folder, id)
  const result: ArmFiles['result'] = (folder, id, hash) =>
    resultIn(join(place(folder, id), 'result.json'), hash)
  const read: ArmFiles['read'] = (folder, id, hash) => final(result(folder, id, hash))
  return {
    result,
    read,
    adopt: (folder, id, hash) => {
      if (final(resultIn(join(stored(hash), 'result.json'), hash)) === undefined) return undefined
      share(stored(hash), place(folder, id))
      return read(folder, id, hash)
    },
    write: async (folder, result, trained) => {
      const armDir = place(folder, result.arm)
      if (trained !== undefined) {
        await writeFile(join(armDir, 'student.safetensors'), encodeSafetensors(trained.weights))
        await writeWeights(join(armDir, 'best.safetensors'), trained.bestWeights)
        await writeWeights(join(armDir, 'average.safetensors'), trained.averageWeights)
      }
      await writeFile(join(armDir, 'result.json'), `${JSON.stringify(result, null, 2)}\n`)
      if (trained !== undefined) share(armDir, stored(result.hash))
    },
  }
}

/** Strict: what an earlier version wrote has other keys, and is made anew. */
const fileSchema = z.strictObject(armResultSchema.shape)

/** Weights that an arm may have beside its last ones; a file of an earlier one goes where it has none. */
async function writeWeights(path: string, weights: StudentWeights | undefined): Promise<void> {
  if (weights === undefined) rmSync(path, { force: true })
  else await writeFile(path, encodeSafetensors(weights))
}

/** Undefined when the file is missing, damaged or of something else: it is then made anew. */
function resultIn(path: string, hash: string): ArmResult | undefined {
  try {
    const result = fileSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
    return result.hash === hash ? result : undefined
  } catch {
    return undefined
  }
}

const final = (result: ArmResult | undefined): ArmResult | undefined =>
  result?.failed === undefined || result.failed.code === 'UMBRA_DIVERGED' ? result : undefined

/** The files of an arm at a second place, without taking the room twice where the disk can do that. */
function share(from: string, to: string): void {
  try {
    mkdirSync(to, { recursive: true })
    for (const name of FILES) {
      const source = join(from, name)
      const target = join(to, name)
      if (!existsSync(source)) rmSync(target, { force: true })
      else {
        const draft = `${target}.${process.pid}`
        rmSync(draft, { force: true })
        try {
          linkSync(source, draft)
        } catch {
          copyFileSync(source, draft)
        }
        renameSync(draft, target)
        // Renaming onto the same file leaves the draft.
        rmSync(draft, { force: true })
      }
    }
  } catch (cause) {
    throw writeError(dirname(to), cause)
  }
}
