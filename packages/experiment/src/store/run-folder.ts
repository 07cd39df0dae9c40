import { closeSync, existsSync, readSync, readdirSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type RunEvent, UmbraError } from '@umbra/core'
import { RUN_FORMAT, isRecord } from '@umbra/core/trainer'
import {
  appendLine,
  describeHolder,
  isHere,
  makeFolder,
  openRegular,
  parseJson,
  readSealed,
  readSealedText,
  readStartOf,
  removeDeadDrafts,
  sealedJson,
  takeLock,
  writeError,
  writeFile,
} from '@umbra/core/files'
import { checkOwnFiles, checkOwnFolder } from './own-folder.js'
import { readRunFile } from './run-file.js'

/** The folder of one run and the files in it. */
export interface RunFolder {
  readonly path: string
  /** What a damaged file of an earlier session means for this one. */
  readonly notices: readonly string[]
  /** An object written by `writeJson`; undefined when it is missing, or damaged, which `report` is told in one line. */
  readonly readJson: (
    name: string,
    report?: (text: string) => void,
  ) => Readonly<Record<string, unknown>> | undefined
  /** Writes an object with a checksum. */
  readonly writeJson: (name: string, value: object) => Promise<void>
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
 * Opens the folder of a run, new or resumed, and removes what killed processes left half-written.
 *
 * Throws UMBRA_RUN_LOCKED when another process works in it, UMBRA_RUN_FORMAT when another version of this program began it,
 * UMBRA_RUN_EXISTS when it exists without `resume` or `overwrite` or is not a run's, UMBRA_FILE_CORRUPT when finished arms
 * are there and nothing says what they belong to, or where something is neither file nor folder, UMBRA_READ_ONLY or UMBRA_DISK_FULL when it cannot be made.
 */
export function openRunFolder(path: string, { resume, overwrite, takeOver }: OpenOptions): RunFolder {
  refuseSameName(path)
  checkOwnFolder(path)
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
    const notices = prepareFolder(path, { resume, overwrite })
    endLastLine(join(path, 'events.jsonl'))
    return {
      path,
      notices,
      readJson: (name, report) => {
        const opened = readSealed(join(path, name))
        if ('value' in opened) return opened.value
        if (opened.missing !== true)
          report?.(`${join(path, name)} is damaged (${opened.problem}); it is made again`)
        return undefined
      },
      writeJson: (name, value) => writeFile(join(path, name), sealedJson(value)),
      log: (event) =>
        appendLine(join(path, 'events.jsonl'), JSON.stringify({ time: new Date().toISOString(), ...event })),
      close: () => lock.release(),
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

/** Not every disk tells `Run` from `run`. */
function refuseSameName(path: string): void {
  const name = basename(path)
  const other = namesIn(dirname(path)).find(
    (entry) => entry !== name && entry.toLowerCase() === name.toLowerCase(),
  )
  if (other === undefined) return
  throw new UmbraError('UMBRA_RUN_EXISTS', {
    subject: `run "${name}"`,
    received: `a run "${other}", whose name differs only in capital letters`,
    remedy: 'Use --name for another one',
  })
}

function prepareFolder(path: string, { resume, overwrite }: Omit<OpenOptions, 'takeOver'>): string[] {
  const file = readRunFile(path)
  const finished = finishedArms(path)
  if (!isOurs(path))
    throw new UmbraError('UMBRA_RUN_EXISTS', {
      subject: `folder ${path} exists and is not that of a run`,
      remedy: 'Use --name for another run, or move the folder away',
    })
  const notices: string[] = []
  try {
    if (overwrite && !resume)
      for (const part of PARTS) rmSync(join(path, part), { recursive: true, force: true })
    else if (file.is === 'damaged' || finished > 0 || file.is === 'other-format' || !resume)
      notices.push(...checkBegun(path, { file, finished, resume }))
    checkOwnFiles(path)
    removeDeadDrafts(path)
    makeFolder(join(path, 'arms'))
  } catch (cause) {
    throw cause instanceof UmbraError ? cause : writeError(path, cause)
  }
  return notices
}

/** Refuses a folder that cannot be continued; returns what is to be said about one that can. */
function checkBegun(
  path: string,
  {
    file,
    finished,
    resume,
  }: {
    readonly file: ReturnType<typeof readRunFile>
    readonly finished: number
    readonly resume: boolean
  },
): string[] {
  const damage =
    file.is === 'damaged' ? `is damaged (${file.problem})` : file.is === 'missing' ? 'is missing' : undefined
  if (damage !== undefined && finished > 0)
    throw new UmbraError('UMBRA_FILE_CORRUPT', {
      subject: `${join(path, 'run.json')} ${damage}, so that nothing says with which settings its ${finished} finished ${finished === 1 ? 'arm was' : 'arms were'} made`,
      remedy:
        'Use --name for another run, which takes finished arms from the store, or --overwrite to start again',
    })
  if (file.is !== 'missing' && !resume)
    throw new UmbraError('UMBRA_RUN_EXISTS', {
      subject: `run folder ${path} already exists`,
      remedy: 'Use --resume to continue it, --overwrite to start again, or --name for another one',
    })
  if (file.is === 'other-format')
    throw new UmbraError('UMBRA_RUN_FORMAT', {
      subject: `run folder ${path} was begun by another version of Umbra`,
      expected: `format ${RUN_FORMAT}`,
      received: `format ${file.format}`,
      remedy: 'Use --overwrite to start again, or --name for another run',
    })
  return file.is === 'damaged'
    ? [`${join(path, 'run.json')} is damaged (${file.problem}); no arm is finished, so it is written again`]
    : []
}

/** Files that a run writes and `--overwrite` removes. */
const PARTS = [
  ...['run.json', 'events.jsonl', 'teachers.json', 'result.json', 'record.json', 'search.json'],
  ...['report.md', 'report.html', 'report.csv', 'report.json', 'metrics', 'arms', 'search', 'locks'],
]
/** Those of a study, which come before its first run; they stay. */
const STUDY = ['retrain.json']
const LOCK = /^run\.lock(\.|$)/

/**
 * Whether a folder is empty or a run made it: its `run.json` says so, or its log, or, where a kill left neither, everything in
 * it has the name of a run's file.
 */
function isOurs(path: string): boolean {
  const names = namesIn(path).filter((name) => !LOCK.test(name))
  if (names.length === 0) return true
  const { is } = readRunFile(path)
  if (is === 'intact' || is === 'other-format' || hasLog(path)) return true
  if (is === 'damaged' && isForeign(join(path, 'run.json'))) return false
  return names.every((name) => PARTS.includes(name) || STUDY.includes(name) || name.endsWith('.draft'))
}

/** Longest first line of a log. */
const LINE = 2 ** 16

/** Whether the folder's log begins with an event. */
function hasLog(path: string): boolean {
  const read = readStartOf(join(path, 'events.jsonl'), LINE)
  if (!('bytes' in read)) return false
  const [line = ''] = read.bytes.toString('utf8').split('\n', 1)
  const parsed = parseJson(line)
  if (!('value' in parsed) || !isRecord(parsed.value)) return false
  const { time, type } = parsed.value
  return typeof time === 'string' && typeof type === 'string'
}

/** JSON without any key of a run's. */
function isForeign(path: string): boolean {
  const read = readSealedText(path)
  const parsed = 'text' in read ? parseJson(read.text) : read
  if (!('value' in parsed) || typeof parsed.value !== 'object' || parsed.value === null) return false
  const keys = Object.keys(parsed.value)
  return keys.length > 0 && !['format', 'basis', 'checksum'].some((key) => keys.includes(key))
}

/** A process that was killed may have left half a line, to which the next event would be added. */
function endLastLine(path: string): void {
  const opened = openRegular(path)
  if ('problem' in opened) return
  const last = Buffer.alloc(1)
  try {
    readSync(opened.descriptor, last, 0, 1, Math.max(0, opened.stats.size - 1))
  } finally {
    closeSync(opened.descriptor)
  }
  if (opened.stats.size > 0 && last.toString() !== '\n') appendLine(path, '')
}

const finishedArms = (path: string): number =>
  namesIn(join(path, 'arms')).filter((id) => existsSync(join(path, 'arms', id, 'result.json'))).length

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
