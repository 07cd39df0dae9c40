import { ERROR_CODES } from '@umbra/core/trainer'
import { UmbraError } from '@umbra/core'

/** 0 done, 1 failed, 2 usage error, 130 interrupted and saved. */
export type ExitCode = 0 | 1 | 2 | 130

/** Machine errors that the caller solves by choosing another folder: usage errors. */
const PLACES: readonly string[] = ['UMBRA_DISK_FULL', 'UMBRA_READ_ONLY']

/** The exit code for an error that a command threw. */
export function exitCodeOf(error: unknown): ExitCode {
  if (!(error instanceof UmbraError)) return 1
  if (error.code === 'UMBRA_INTERRUPTED') return 130
  if (PLACES.includes(error.code)) return 2
  const category = ERROR_CODES[error.code]
  return category === 'input' || category === 'plugin' ? 2 : 1
}
