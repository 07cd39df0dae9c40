import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { UmbraError } from '@umbra/core'

/** Any of these makes a folder that of a run, the first two from its first moment on. */
const MARKS = ['events.jsonl', 'arms', 'run.json']

/**
 * Folder of a run: by its path, by its name in the folder `runs`, or the one that changed last when none is given.
 * Throws UMBRA_RUN_MISSING.
 */
export function findRun(given: string | undefined, runs: string, cwd: string): string {
  const folder = resolve(cwd, runs)
  if (given !== undefined) {
    const found = [resolve(cwd, given), join(folder, given)].find(isRun)
    if (found !== undefined) return found
    throw new UmbraError('UMBRA_RUN_MISSING', {
      subject: `run ${given}`,
      expected: 'the folder of a run, or its name',
      received: `neither ${resolve(cwd, given)} nor one of that name in ${folder}`,
      remedy: 'Start the run first, or give its folder',
    })
  }
  const found = subfolders(folder)
    .filter(isRun)
    .sort((a, b) => changedAt(b) - changedAt(a))[0]
  if (found !== undefined) return found
  throw new UmbraError('UMBRA_RUN_MISSING', {
    subject: `no run in ${folder}`,
    remedy: 'Start one first, or give the folder of a run',
  })
}

const isRun = (path: string): boolean => MARKS.some((mark) => existsSync(join(path, mark)))

const changedAt = (path: string): number =>
  Math.max(...MARKS.map((mark) => statSync(join(path, mark), { throwIfNoEntry: false })?.mtimeMs ?? 0))

function subfolders(path: string): string[] {
  if (!existsSync(path)) return []
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => join(path, name))
}
