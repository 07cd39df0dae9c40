import { UmbraError } from '@umbra/core'

/** What a failed write means to the user: a full disk, a folder that may not be written, or another failure. */
export function fileError(path: string, cause: unknown): UmbraError {
  if (cause instanceof UmbraError) return cause
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new UmbraError('UMBRA_DISK_FULL', {
      subject: path,
      received: 'no space left on the device',
      remedy: 'Free some space, or name another folder with UMBRA_CACHE',
      cause,
    })
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new UmbraError('UMBRA_READ_ONLY', {
      subject: path,
      expected: 'a folder that can be written',
      received: code,
      remedy: 'Name another folder with UMBRA_CACHE',
      cause,
    })
  }
  return new UmbraError('UMBRA_WRITE', {
    subject: path,
    received: cause instanceof Error ? cause.message : String(cause),
    cause,
  })
}
