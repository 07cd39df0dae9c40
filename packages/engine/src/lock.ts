import { mkdir, rm, stat, utimes } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileError } from './file-error.js'

/** A holder touches its lock this often, and one untouched for `STALE` milliseconds belongs to a process that is gone. */
const BEAT = 1000
const STALE = 8000

/** Runs work while no other process does so under the same path; waits for it. Throws the signal's reason on abort. */
export async function withLock<T>(
  path: string,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  await mkdir(dirname(path), { recursive: true }).catch((cause: unknown) => {
    throw fileError(dirname(path), cause)
  })
  while (!(await taken(path))) {
    if (await isStale(path)) await rm(path, { recursive: true, force: true })
    else await sleep(200, undefined, signal === undefined ? {} : { signal })
  }
  const beat = setInterval(() => {
    const now = new Date()
    utimes(path, now, now).catch(() => undefined)
  }, BEAT)
  try {
    return await work()
  } finally {
    clearInterval(beat)
    await rm(path, { recursive: true, force: true })
  }
}

/** Making a folder succeeds for one process alone. */
async function taken(path: string): Promise<boolean> {
  try {
    await mkdir(path)
    return true
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') return false
    throw fileError(path, cause)
  }
}

async function isStale(path: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(path)).mtimeMs > STALE
  } catch {
    return false
  }
}
