import { UmbraError } from '@umbra/core'
import { writeError } from '@umbra/core/files'

const REMEDIES = {
  UMBRA_DISK_FULL: 'Free some space, or choose another folder with UMBRA_CACHE',
  UMBRA_READ_ONLY: 'Choose another folder with UMBRA_CACHE',
}

/** Turns a failed write to the cache into an error for the user: a full disk, a read-only folder, or something else. */
export const cacheError = (path: string, cause: unknown): UmbraError =>
  cause instanceof UmbraError ? cause : writeError(path, cause, REMEDIES)
