import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type CheckpointStore, createCheckpointStore } from '../checkpoint/checkpoint-store.js'
import type { RunEvent } from '../contracts/events.js'
import { UmbraError } from '../errors/umbra-error.js'
import { appendLine, writeError, writeFile } from '../util/files.js'

/** The folder of one run and the files in it. */
export interface RunFolder {
  readonly path: string
  readonly readJson: (name: string) => unknown
  readonly writeJson: (name: string, value: unknown) => Promise<void>
  readonly writeBytes: (name: string, bytes: Uint8Array) => Promise<void>
  readonly log: (event: RunEvent) => void
  /** Checkpoints of an arm; `owner` is the arm's hash. */
  readonly checkpoints: (arm: string, owner: string) => CheckpointStore
}

export interface OpenOptions {
  readonly resume: boolean
  readonly overwrite: boolean
}

/**
 * Opens the folder of a run, new or to be resumed.
 *
 * Throws UMBRA_RUN_EXISTS when it is there and neither `resume` nor `overwrite` was asked for, UMBRA_READ_ONLY or
 * UMBRA_DISK_FULL when it cannot be made.
 */
export function openRunFolder(path: string, { resume, overwrite }: OpenOptions): RunFolder {
  const there = existsSync(join(path, 'run.json'))
  if (there && !resume && !overwrite)
    throw new UmbraError('UMBRA_RUN_EXISTS', {
      subject: `run folder ${path} is there already`,
      remedy: 'Use --resume to go on with it, --overwrite to start again, or --name for another one',
    })
  try {
    if (there && overwrite && !resume)
      for (const part of [
        'run.json',
        'events.jsonl',
        'teachers.json',
        'result.json',
        'report.md',
        'metrics',
        'arms',
      ])
        rmSync(join(path, part), { recursive: true, force: true })
    mkdirSync(join(path, 'arms'), { recursive: true })
  } catch (cause) {
    throw writeError(path, cause)
  }
  return {
    path,
    readJson: (name) => readJson(join(path, name)),
    writeJson: (name, value) => writeFile(join(path, name), `${JSON.stringify(value, null, 2)}\n`),
    writeBytes: (name, bytes) => writeFile(join(path, name), bytes),
    log: (event) =>
      appendLine(join(path, 'events.jsonl'), JSON.stringify({ time: new Date().toISOString(), ...event })),
    checkpoints: (arm, owner) => createCheckpointStore(join(path, 'arms', arm), { owner }),
  }
}

/** Undefined when the file is missing or is not JSON: it is then written anew. */
function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown
  } catch {
    return undefined
  }
}
