import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type RunEvent, UmbraError } from '@umbra/core'
import { RUN_FORMAT } from '@umbra/core/trainer'
import { appendLine, describeHolder, isHere, takeLock, writeError, writeFile } from '@umbra/core/files'

/** The folder of one run and the files in it. */
export interface RunFolder {
  readonly path: string
  readonly readJson: (name: string) => unknown
  readonly writeJson: (name: string, value: unknown) => Promise<void>
  readonly log: (event: RunEvent) => void
  /** Releases it for other processes. */
  readonly close: () => void
}

export interface OpenOptions {
  readonly resume: boolean
  readonly overwrite: boolean
  /** Whether the lock of a process on another machine is taken over. */
  readonly takeOver: boolean
}

/**
 * Opens the folder of a run, new or resumed.
 *
 * Throws UMBRA_RUN_LOCKED when another process works in it, UMBRA_RUN_FORMAT when another version of this program began it,
 * UMBRA_RUN_EXISTS when it exists without `resume` or `overwrite`, UMBRA_READ_ONLY or UMBRA_DISK_FULL when it cannot be made.
 */
export function openRunFolder(path: string, { resume, overwrite, takeOver }: OpenOptions): RunFolder {
  const lock = takeLock(join(path, 'run.lock'), { takeOver })
  if ('holder' in lock)
    throw new UmbraError('UMBRA_RUN_LOCKED', {
      subject: `run folder ${path}`,
      received: `${describeHolder(lock.holder)} is working in it`,
      remedy: isHere(lock.holder)
        ? 'Wait for it, stop it, or use --name for another run'
        : 'Wait for it, use --name for another run, or --take-over if that process no longer runs',
    })
  try {
    prepareFolder(path, { resume, overwrite })
    refuseOtherFormat(path)
  } catch (error) {
    lock.release()
    throw error
  }
  return {
    path,
    readJson: (name) => readJson(join(path, name)),
    writeJson: (name, value) => writeFile(join(path, name), `${JSON.stringify(value, null, 2)}\n`),
    log: (event) =>
      appendLine(join(path, 'events.jsonl'), JSON.stringify({ time: new Date().toISOString(), ...event })),
    close: () => lock.release(),
  }
}

function prepareFolder(path: string, { resume, overwrite }: Pick<OpenOptions, 'resume' | 'overwrite'>): void {
  const there = existsSync(join(path, 'run.json'))
  if (there && !resume && !overwrite)
    throw new UmbraError('UMBRA_RUN_EXISTS', {
      subject: `run folder ${path} already exists`,
      remedy: 'Use --resume to continue it, --overwrite to start again, or --name for another one',
    })
  try {
    if (there && overwrite && !resume)
      for (const part of PARTS) rmSync(join(path, part), { recursive: true, force: true })
    mkdirSync(join(path, 'arms'), { recursive: true })
  } catch (cause) {
    throw writeError(path, cause)
  }
}

/** Throws UMBRA_RUN_FORMAT for a folder in which another version of this program began a run. */
function refuseOtherFormat(path: string): void {
  const begun = readJson(join(path, 'run.json')) as { readonly format?: unknown } | undefined
  if (begun === undefined || begun.format === RUN_FORMAT) return
  throw new UmbraError('UMBRA_RUN_FORMAT', {
    subject: `run folder ${path} was begun by another version of Umbra`,
    expected: `format ${RUN_FORMAT}`,
    received: typeof begun.format === 'number' ? `format ${begun.format}` : 'format 1',
    remedy: 'Use --overwrite to start again, or --name for another run',
  })
}

/** Files that a run writes and `--overwrite` removes. */
const PARTS = [
  ...['run.json', 'events.jsonl', 'teachers.json', 'result.json', 'record.json', 'search.json'],
  ...['report.md', 'report.html', 'report.csv', 'report.json', 'metrics', 'arms', 'search', 'locks'],
]

/** Undefined when the file is missing or is not JSON: it is then written again. */
function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown
  } catch {
    return undefined
  }
}
