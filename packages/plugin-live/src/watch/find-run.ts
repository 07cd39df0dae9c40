import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { UmbraError } from '@umbra/core'
import { statusOf } from '@umbra/core/files'

/** A folder with any of these is that of a run; a run has the first two from its start. */
const MARKS = ['events.jsonl', 'arms', 'run.json']

/**
 * Folder of a run: by its path, by its name in the folder `runs`, or the one that changed last without either.
 * Throws UMBRA_RUN_MISSING.
 */
export function findRun(pathOrName: string | undefined, runs: string, cwd: string): string {
  const folder = resolve(cwd, runs)
  return pathOrName === undefined ? newestRun(folder) : namedRun(pathOrName, folder, cwd)
}

function namedRun(pathOrName: string, folder: string, cwd: string): string {
  const path = resolve(cwd, pathOrName)
  const run = [path, join(folder, pathOrName)].find(isRun)
  if (run !== undefined) return run
  throw new UmbraError('UMBRA_RUN_MISSING', {
    subject: `run ${pathOrName}`,
    expected: 'the folder of a run, or its name',
    received: `neither ${path} nor one of that name in ${folder}`,
    remedy: 'Start the run first, or give its folder',
  })
}

function newestRun(folder: string): string {
  const [newest] = subfolders(folder)
    .filter(isRun)
    .sort((a, b) => changedAt(b) - changedAt(a))
  if (newest !== undefined) return newest
  throw new UmbraError('UMBRA_RUN_MISSING', {
    subject: `no run in ${folder}`,
    remedy: 'Start a run first, or give the folder of one',
  })
}

const isRun = (path: string): boolean => MARKS.some((mark) => existsSync(join(path, mark)))

const changedAt = (path: string): number =>
  Math.max(...MARKS.map((mark) => statusOf(join(path, mark))?.mtimeMs ?? 0))

function subfolders(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => join(path, name))
  } catch {
    return []
  }
}
