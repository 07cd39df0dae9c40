import { readdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { UmbraError } from '@umbra/core'
import { removeFile, takeLock } from '@umbra/core/files'
import { noteOf } from './artefact.js'
import { checkOwnFolder } from './own-folder.js'
import { type StoreEntry, isFolder, listStore, namesIn, runFolders } from './store-contents.js'

export interface CleanOptions {
  /** Only what was made before this moment. */
  readonly before?: Date | undefined
  readonly dryRun: boolean
}

/** What was removed, or would be. */
export interface CleanedStore {
  readonly removed: readonly StoreEntry[]
  /** Entries with files that no run wrote: they stay. */
  readonly foreign: readonly string[]
}

/** Files of a stored model or arm; `used-by` is a folder. */
const OURS =
  /^((model|result|student|best|average)\.(safetensors|json)(\.damaged)?|checkpoint-\d+\.(json|safetensors)|training\.lock|.*\.draft)$/

/**
 * Removes what no run refers to. Throws UMBRA_RUN_LOCKED while a run in the folder is working: it may be about to use what
 * nothing refers to yet. Throws UMBRA_FILE_CORRUPT where the store is a link: nothing is removed elsewhere.
 */
export function cleanStore(runs: string, { before, dryRun }: CleanOptions): CleanedStore {
  checkOwnFolder(join(runs, '.store'))
  const entries = listStore(runs).filter(
    ({ usedBy, date }) => usedBy.length === 0 && (before === undefined || new Date(date) < before),
  )
  const foreign = entries.filter((entry) => !isOurs(entry)).map(({ path }) => path)
  const removed = entries.filter(({ path }) => !foreign.includes(path))
  if (dryRun) return { removed, foreign }
  const release = lockAll([
    ...runFolders(runs)
      .filter((run) => isFolder(join(runs, run)))
      .map((run) => join(runs, run, 'run.lock')),
    ...removed
      .filter(({ path }) => !path.endsWith('.safetensors'))
      .map(({ path }) => join(path, 'training.lock')),
  ])
  try {
    for (const { path } of removed)
      if (path.endsWith('.safetensors')) removeLogits(path)
      else rmSync(path, { recursive: true, force: true })
  } finally {
    release()
  }
  return { removed, foreign }
}

/** Logits, their note, and the marks of who used them. */
function removeLogits(path: string): void {
  const folder = path.replace(/\.safetensors$/, '')
  for (const file of [path, noteOf(path)]) removeFile(file)
  // What a link leads to is left alone.
  if (!isFolder(folder)) return
  rmSync(join(folder, 'used-by'), { recursive: true, force: true })
  if (namesIn(folder).length === 0) rmSync(folder, { recursive: true, force: true })
}

const isOurs = ({ path }: StoreEntry): boolean =>
  path.endsWith('.safetensors') ||
  readdirSync(path, { withFileTypes: true }).every((entry) =>
    entry.isDirectory() ? entry.name === 'used-by' : OURS.test(entry.name),
  )

function lockAll(paths: readonly string[]): () => void {
  const locks: (() => void)[] = []
  const release = (): void => locks.forEach((each) => each())
  for (const path of paths) {
    const lock = takeLock(path)
    if ('release' in lock) locks.push(lock.release)
    else {
      release()
      throw new UmbraError('UMBRA_RUN_LOCKED', {
        subject: `${basename(path)} in ${join(path, '..')}`,
        received: `process ${lock.holder.pid} on ${lock.holder.host} is working there`,
        remedy: 'Wait for it, or stop it',
      })
    }
  }
  return release
}
