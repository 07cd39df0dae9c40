import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a folder and those above it. Node's recursive form never returns where a file system refuses with ENOENT, as below
 * `/proc`; this one throws.
 */
export function makeFolder(path: string): void {
  const code = attempt(path)
  if (code !== 'ENOENT' || dirname(path) === path) return
  makeFolder(dirname(path))
  try {
    mkdirSync(path)
  } catch (cause) {
    // Another process may have made it since.
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause
  }
}

/** The code of a failure that a missing folder above explains; undefined when the folder is there. */
function attempt(path: string): 'ENOENT' | undefined {
  try {
    mkdirSync(path)
    return undefined
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') return code
    // Windows refuses the root of a drive with other codes.
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return undefined
    throw cause
  }
}
