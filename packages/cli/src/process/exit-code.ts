import { ERROR_CODES } from '@umbra/core/trainer'
import { UmbraError } from '@umbra/core'

/** 0 done, 1 failed, 2 wrong use, 130 interrupted and saved. */
export type ExitCode = 0 | 1 | 2 | 130

/** Codes of the machine that the caller mends by choosing another place: wrong use. */
const PLACES: readonly string[] = ['UMBRA_DISK_FULL', 'UMBRA_READ_ONLY']

/** The exit code for what a command threw. */
export function exitCodeOf(error: unknown): ExitCode {
  if (!(error instanceof UmbraError)) return 1
  if (error.code === 'UMBRA_INTERRUPTED') return 130
  if (PLACES.includes(error.code)) return 2
  const category = ERROR_CODES[error.code]
  return category === 'input' || category === 'plugin' ? 2 : 1
}
