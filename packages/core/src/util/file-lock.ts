import { constants, copyFileSync, linkSync, lstatSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { UmbraError } from '../errors/umbra-error.js'
import { writeError } from './atomic-write.js'
import { draftOf } from './draft-files.js'
import { makeFolder } from './make-folder.js'
import { parseJson } from './parse-json.js'
import { describeHolder, isAlive, isHere, ownProcess, type ProcessId, processIdSchema } from './process-id.js'
import { readRegular } from './regular-file.js'

/** What file systems without hard links say. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']

/** A lock that was taken, or who holds it. */
export type LockAttempt = { readonly release: () => void } | { readonly holder: ProcessId }

/** What counts as a lock that was left behind. */
export interface TakeOver {
  /**
   * Whether one of another machine does: whether its holder still runs cannot be seen from here, so the user must say that
   * it does not. A holder on this machine is seen to run, even while it is suspended, and keeps its lock.
   */
  readonly takeOver?: boolean
}

/**
 * Takes a lock file, or says who holds it. One whose holder is gone is taken over. Release it by calling `release`.
 * Throws what `writeError` makes of a folder that cannot be written to.
 */
export function takeLock(path: string, { takeOver = false }: TakeOver = {}): LockAttempt {
  const own = ownProcess()
  const leftBehind = (holder: ProcessId | undefined): boolean =>
    holder === undefined || !isAlive(holder) || (takeOver && !isHere(holder))
  const draft = draftOf(path)
  try {
    makeFolder(dirname(path))
    writeFileSync(draft, JSON.stringify(own))
  } catch (cause) {
    throw writeError(path, cause)
  }
  try {
    for (let attempt = 0; ; attempt++) {
      // Linking fails if the lock exists, and never leaves a half-written one.
      if (linked(draft, path)) return { release: () => releaseOwn(path, own) }
      const holder = holderOf(path)
      if (holder !== undefined && !leftBehind(holder)) return { holder }
      if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
        throw writeError(path, new Error('a folder in the place of a lock'))
      if (attempt > 20) throw writeError(path, new Error('a lock that cannot be taken over'))
      removeStale(path, { aside: draftOf(path), leftBehind })
    }
  } finally {
    rmSync(draft, { force: true })
  }
}

/** How to wait for a lock. */
export interface LockWait extends TakeOver {
  readonly signal: AbortSignal
  /** Told once for each holder, when the wait has lasted `sayAfter`: who holds the lock, and what can be done. */
  readonly say?: (text: string) => void
  /** Milliseconds; 2000 when left out. */
  readonly sayAfter?: number
}

/** Milliseconds between two attempts to take a lock. */
const RETRY_MS = 100

/** Does some work while holding a lock, waiting for it first. Throws UMBRA_INTERRUPTED when aborted while it waits. */
export async function withLock<T>(path: string, wait: LockWait, work: () => Promise<T>): Promise<T> {
  const lock = await waitForLock(path, wait)
  try {
    return await work()
  } finally {
    lock.release()
  }
}

async function waitForLock(
  path: string,
  { signal, say, sayAfter = 2000, takeOver = false }: LockWait,
): Promise<{ readonly release: () => void }> {
  const started = performance.now()
  let named = ''
  for (;;) {
    const lock = takeLock(path, { takeOver })
    if ('release' in lock) return lock
    const who = describeHolder(lock.holder)
    if (who !== named && performance.now() - started >= sayAfter) {
      named = who
      const advice = isHere(lock.holder) ? '' : '; if that no longer runs, stop and use --take-over'
      say?.(`waiting for ${who}, which holds ${path}${advice}`)
    }
    await sleep(RETRY_MS, undefined, { signal }).catch((cause: unknown) => {
      throw new UmbraError('UMBRA_INTERRUPTED', {
        subject: `the wait for ${who} was interrupted`,
        remedy: 'Nothing was lost; run the same command with --resume to go on',
        cause,
      })
    })
  }
}

/** The same with several locks, taken one after the other. */
export const withLocks = <T>(
  paths: readonly string[],
  wait: LockWait,
  work: () => Promise<T>,
): Promise<T> => {
  const [path, ...others] = paths
  return path === undefined ? work() : withLock(path, wait, () => withLocks(others, wait, work))
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? ''
    if (code === 'EEXIST') return false
    if (!NO_LINKS.includes(code)) throw writeError(to, cause)
  }
  try {
    copyFileSync(from, to, constants.COPYFILE_EXCL)
    return true
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw writeError(to, cause)
  }
}

/** Moved away first: another process may have taken the lock over since it was looked at. */
function removeStale(
  path: string,
  {
    aside,
    leftBehind,
  }: { readonly aside: string; readonly leftBehind: (holder: ProcessId | undefined) => boolean },
): void {
  try {
    renameSync(path, aside)
  } catch {
    return
  }
  if (!leftBehind(holderOf(aside))) linked(aside, path)
  rmSync(aside, { force: true })
}

/** Another process may have taken it over: its lock stays. */
function releaseOwn(path: string, own: ProcessId): void {
  const holder = holderOf(path)
  if (holder?.pid === own.pid && holder.host === own.host && holder.started === own.started)
    rmSync(path, { force: true })
}

/** Bytes of a lock. */
const MOST_BYTES = 2 ** 16

function holderOf(path: string): ProcessId | undefined {
  const read = readRegular(path, MOST_BYTES)
  if (!('bytes' in read)) return undefined
  const parsed = parseJson(read.bytes.toString('utf8'))
  return 'value' in parsed ? processIdSchema.safeParse(parsed.value).data : undefined
}
