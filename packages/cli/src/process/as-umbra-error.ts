import { UmbraError } from '@umbra/core'
import { writeError } from '@umbra/core/files'
import { CommanderError } from 'commander'

const NO_PLACE_TO_WRITE: readonly string[] = ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM']

/** Turns errors of commander and the file system into UmbraErrors; anything else is a bug and passes through unchanged. */
export function asUmbraError(error: unknown): unknown {
  if (error instanceof CommanderError) {
    return new UmbraError('UMBRA_USAGE', { subject: usage(error.message), cause: error })
  }
  if (error instanceof UmbraError || !(error instanceof Error)) return error
  const { code = '', path = 'a file' } = error as NodeJS.ErrnoException
  return NO_PLACE_TO_WRITE.includes(code) ? writeError(path, error) : error
}

/** Commander's message on one line, with its suggestion. */
const usage = (message: string): string =>
  message
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ')
    .trim()
