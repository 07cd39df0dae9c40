import { UmbraError } from '@umbra/core'

/** The command that continues an interrupted run: the same one, with `--resume`. */
export function resumeCommand(argv: readonly string[]): string {
  const words = argv.slice(2).filter((word) => word !== '--overwrite' && word !== '--resume')
  return ['umbra', ...words, '--resume'].map(quote).join(' ')
}

const quote = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`

/** Whether a run that ended with an error has saved its work and waits to be continued. */
export const isResumable = (error: unknown): boolean =>
  error instanceof UmbraError && (error.code === 'UMBRA_INTERRUPTED' || error.code === 'UMBRA_STRAY_ERROR')
