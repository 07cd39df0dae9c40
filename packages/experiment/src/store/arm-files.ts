import { copyFileSync, linkSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  draftOf,
  encodeSafetensors,
  hashRegular,
  makeFolder,
  readSealed,
  removeFile,
  sealedJson,
  sha256Of,
  statusOf,
  writeError,
  writeFile,
} from '@umbra/core/files'
import { type CohortSpec, UmbraError, z } from '@umbra/core'
import { type ArmResult, type TrainedArm, armResultSchema, omit } from '@umbra/core/trainer'
import { dropAside, moveAside } from './artefact.js'
import { checkOwnFolder } from './own-folder.js'

/** Weights of a finished arm. */
const WEIGHTS = ['student.safetensors', 'best.safetensors', 'average.safetensors']
/** The result is written last: an arm with a result is finished. */
const RESULT = 'result.json'

/** Finished arms of a run folder, shared with other runs through the store by the hash of what determines them. */
export interface ArmFiles {
  /** The result of an arm, a failure included, if its hash is the same and no file of it is damaged. */
  readonly result: (folder: CohortSpec['folder'], id: string, hash: string) => ArmResult | undefined
  /** The same, if final: a failure other than divergence may have been fixed, so it is tried again. */
  readonly read: (folder: CohortSpec['folder'], id: string, hash: string) => ArmResult | undefined
  /** The same, taken from another run and linked into this folder, if it is `fit`. */
  readonly adopt: (
    folder: CohortSpec['folder'],
    id: string,
    hash: string,
    fit?: (result: ArmResult) => boolean,
  ) => ArmResult | undefined
  /** Lets an arm count as unfinished. */
  readonly discard: (folder: CohortSpec['folder'], id: string) => void
  readonly write: (
    folder: CohortSpec['folder'],
    result: ArmResult,
    trained: Pick<TrainedArm, 'weights' | 'bestWeights' | 'averageWeights'> | undefined,
  ) => Promise<void>
}

/** `report` is told in one line what is damaged. */
export function createArmFiles(
  runDir: string,
  storeDir: string,
  report: (text: string) => void = () => undefined,
): ArmFiles {
  const stored = (hash: string): string => join(storeDir, hash)
  const place = (folder: CohortSpec['folder'], id: string): string => join(runDir, folder, id)
  // Weights are hashed once in a process.
  const verified = new Map<string, string>()
  const resultIn = (armDir: string, hash: string): ArmResult | undefined => {
    const arm = readArm(armDir, verified.get(armDir))
    if (arm.is === 'damaged') {
      report(`${arm.path} is damaged (${arm.problem}); the arm is made again`)
      moveAside(arm.path)
      removeFile(join(armDir, RESULT))
    }
    if (arm.is !== 'intact') return undefined
    verified.set(armDir, arm.checksums)
    return arm.result.hash === hash ? arm.result : undefined
  }
  // The run that trained it may have called it something else.
  const result: ArmFiles['result'] = (folder, id, hash) => {
    const arm = resultIn(place(folder, id), hash)
    return arm === undefined ? undefined : { ...arm, arm: id }
  }
  const read: ArmFiles['read'] = (folder, id, hash) => final(result(folder, id, hash))
  return {
    result,
    read,
    adopt: (folder, id, hash, fit = () => true) => {
      checkOwnFolder(stored(hash))
      const there = final(resultIn(stored(hash), hash))
      if (there === undefined || !fit(there)) return undefined
      share(stored(hash), place(folder, id))
      return read(folder, id, hash)
    },
    discard: (folder, id) => removeFile(join(place(folder, id), RESULT)),
    write: async (folder, result, trained) => {
      const armDir = place(folder, result.arm)
      verified.delete(armDir)
      // Without a result the arm counts as unfinished until all of its files are there.
      removeFile(join(armDir, RESULT))
      const files: Record<string, string> = {}
      const weights = [trained?.weights, trained?.bestWeights, trained?.averageWeights]
      for (const [i, name] of WEIGHTS.entries()) {
        const tensors = weights[i]
        dropAside(join(armDir, name))
        if (tensors === undefined) removeFile(join(armDir, name))
        else {
          const bytes = encodeSafetensors(tensors)
          files[name] = sha256Of(bytes)
          await writeFile(join(armDir, name), bytes)
        }
      }
      dropAside(join(armDir, RESULT))
      await writeFile(join(armDir, RESULT), sealedJson({ ...result, files }))
      if (trained !== undefined) share(armDir, stored(result.hash))
    },
  }
}

/** Strict: results of earlier versions have other keys and are made again. */
const fileSchema = z.strictObject({ ...armResultSchema.shape, files: z.record(z.string(), z.string()) })

/** A finished arm on disk. */
export type StoredArm =
  | { readonly is: 'intact'; readonly result: ArmResult; readonly checksums: string }
  | { readonly is: 'missing' }
  | { readonly is: 'damaged'; readonly path: string; readonly problem: string }

/**
 * Reads a finished arm and compares the checksums of all of its files; those of weights not if `verified` is what it
 * returned for them before.
 */
export function readArm(armDir: string, verified?: string): StoredArm {
  const path = join(armDir, RESULT)
  const opened = readSealed(path)
  if ('missing' in opened) return { is: 'missing' }
  if ('problem' in opened) return { is: 'damaged', path, problem: opened.problem }
  const parsed = fileSchema.safeParse(opened.value).data
  if (parsed === undefined) return { is: 'missing' }
  const { files } = parsed
  const checksums = JSON.stringify(files)
  if (checksums !== verified)
    for (const name of WEIGHTS) {
      const file = join(armDir, name)
      const problem = weightsProblem(file, files[name])
      if (problem !== undefined) return { is: 'damaged', path: file, problem }
    }
  return { is: 'intact', result: omit(parsed, ['files']), checksums }
}

function weightsProblem(file: string, expected: string | undefined): string | undefined {
  if (expected === undefined) return undefined
  const read = hashRegular(file)
  if ('problem' in read) return read.problem
  return read.sha256 === expected ? undefined : 'its checksum differs'
}

const final = (result: ArmResult | undefined): ArmResult | undefined =>
  result?.failed === undefined || result.failed.code === 'UMBRA_DIVERGED' ? result : undefined

/**
 * Links the files of an arm to a second place, or copies them where the disk cannot link. What was there is replaced, not
 * written to, and counts as unfinished until the result is there.
 */
function share(from: string, to: string): void {
  checkOwnFolder(to)
  try {
    makeFolder(to)
    removeFile(join(to, RESULT))
    for (const name of [...WEIGHTS, RESULT]) {
      const source = join(from, name)
      const target = join(to, name)
      dropAside(target)
      if (statusOf(source)?.isFile() !== true) removeFile(target)
      else {
        const draft = draftOf(target)
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
    throw cause instanceof UmbraError ? cause : writeError(dirname(to), cause)
  }
}
