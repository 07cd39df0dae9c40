import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { readVerified, type Unreadable } from '../util/regular-file.js'
import { readSealed } from '../util/sealed-json.js'

const PATTERN = /^checkpoint-(\d+)\.json$/
const sidecarSchema = z.object({
  step: z.int().min(0),
  sha256: z.string(),
  owner: z.string(),
  meta: z.unknown(),
})

/** What a checkpoint says of itself, in its JSON file. */
export type Sidecar = z.output<typeof sidecarSchema>

/** A damaged file, and what is wrong with it. */
export interface DamagedFile {
  readonly path: string
  readonly problem: string
}

/** One of the two files of a checkpoint. */
export const checkpointFile = (folder: string, step: number, ending: 'json' | 'safetensors'): string =>
  join(folder, `checkpoint-${step}.${ending}`)

/** Steps for which both files are there, newest first. */
export const checkpointSteps = (folder: string): number[] =>
  namesIn(folder)
    .flatMap((name) => {
      const step = PATTERN.exec(name)?.[1]
      const there = step !== undefined && existsSync(checkpointFile(folder, Number(step), 'safetensors'))
      return there ? [Number(step)] : []
    })
    .sort((a, b) => b - a)

/** Reads and verifies the JSON file. */
export function readSidecar(folder: string, step: number): Sidecar | Unreadable {
  const opened = readSealed(checkpointFile(folder, step, 'json'))
  if ('problem' in opened) return opened
  return sidecarSchema.safeParse(opened.value).data ?? { problem: 'its keys are others' }
}

/** Reads and verifies both files. */
export function readCheckpoint(
  folder: string,
  step: number,
): (Sidecar & { readonly bytes: Uint8Array }) | DamagedFile {
  const sidecar = readSidecar(folder, step)
  if ('problem' in sidecar) return { path: checkpointFile(folder, step, 'json'), problem: sidecar.problem }
  const path = checkpointFile(folder, step, 'safetensors')
  const read = readVerified(path, sidecar.sha256)
  return 'problem' in read ? { path, problem: read.problem } : { ...sidecar, bytes: read.bytes }
}

/** How many checkpoints a folder has, and what is damaged of them, whoever they belong to. */
export function verifyCheckpoints(folder: string): {
  readonly checked: number
  readonly damaged: readonly DamagedFile[]
} {
  const states = checkpointSteps(folder).map((step) => readCheckpoint(folder, step))
  return { checked: states.length, damaged: states.filter((state) => 'problem' in state) }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
