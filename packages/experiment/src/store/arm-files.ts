import { copyFileSync, existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { encodeSafetensors, writeError, writeFile } from '@umbra/core/files'
import { z, type CohortSpec } from '@umbra/core'
import { type ArmResult, type StudentWeights, type TrainedArm, armResultSchema } from '@umbra/core/trainer'

/** The files of a finished arm. The result is written last: an arm with a result is finished. */
const FILES = ['student.safetensors', 'best.safetensors', 'average.safetensors', 'result.json']

/** Finished arms of a run folder, shared with other runs through the store by the hash of what determines them. */
export interface ArmFiles {
  /** The result of an arm, a failure included, if its hash is the same. */
  readonly result: (folder: CohortSpec['folder'], id: string, hash: string) => ArmResult | undefined
  /** The same, if final: a failure other than divergence may have been fixed, so it is tried again. */
  readonly read: (folder: CohortSpec['folder'], id: string, hash: string) => ArmResult | undefined
  /** The same, taken from another run and linked into this folder. */
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

/** Strict: results of earlier versions have other keys and are made again. */
const fileSchema = z.strictObject(armResultSchema.shape)

/** Further weights that an arm may have; an old file is removed if the arm has none. */
async function writeWeights(path: string, weights: StudentWeights | undefined): Promise<void> {
  if (weights === undefined) rmSync(path, { force: true })
  else await writeFile(path, encodeSafetensors(weights))
}

/** Undefined when the file is missing, damaged or has other contents: it is then written again. */
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

/** Links the files of an arm to a second place, or copies them where the disk cannot link. */
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
