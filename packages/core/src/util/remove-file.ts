import { rmSync } from 'node:fs'
import { writeError } from './atomic-write.js'

/** Removes a file, if there is one. Throws what `writeError` makes of a refusal, as of a folder in its place. */
export function removeFile(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch (cause) {
    throw writeError(path, cause)
  }
}
