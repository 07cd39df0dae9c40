import { constants, copyFileSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { writeError } from './atomic-write.js'
import { draftOf } from './draft-files.js'
import { makeFolder } from './make-folder.js'
import { isAlive, ownProcess, type ProcessId, processIdSchema } from './process-id.js'

/** What file systems without hard links say. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']

/**
 * Takes a lock file, or says who holds it. One whose holder is gone is taken over. Release it by calling `release`.
 * Throws what `writeError` makes of a folder that cannot be written to.
 */
export function takeLock(path: string): { readonly release: () => void } | { readonly holder: ProcessId } {
  const holder = ownProcess()
  const draft = draftOf(path)
  try {
    makeFolder(dirname(path))
    writeFileSync(draft, JSON.stringify(holder))
  } catch (cause) {
    throw writeError(path, cause)
  }
  try {
    for (let attempt = 0; ; attempt++) {
      // Linking fails if the lock exists, and never leaves a half-written one.
      if (linked(draft, path)) return { release: () => rmSync(path, { force: true }) }
      const holder = holderOf(path)
      if (holder !== undefined && isAlive(holder)) return { holder }
      if (attempt > 20) throw writeError(path, new Error('a lock that cannot be taken over'))
      removeStale(path, draftOf(path))
    }
  } finally {
    rmSync(draft, { force: true })
  }
}

/** Does some work while holding a lock, waiting for it first. Rejects with the signal's reason on abort. */
export async function withLock<T>(path: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (;;) {
    const lock = takeLock(path)
    if ('release' in lock)
      try {
        return await work()
      } finally {
        lock.release()
      }
    await sleep(100, undefined, { signal })
  }
}

/** The same with several locks, taken one after the other. */
export const withLocks = <T>(
  paths: readonly string[],
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> => {
  const [path, ...others] = paths
  return path === undefined ? work() : withLock(path, signal, () => withLocks(others, signal, work))
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
function removeStale(path: string, aside: string): void {
  try {
    renameSync(path, aside)
  } catch {
    return
  }
  const holder = holderOf(aside)
  if (holder !== undefined && isAlive(holder)) linked(aside, path)
  rmSync(aside, { force: true })
}

function holderOf(path: string): ProcessId | undefined {
  try {
    return processIdSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return undefined
  }
}
