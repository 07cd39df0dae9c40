/** The command that continues an interrupted run: the same one, with `--resume`. */
export function resumeCommand(argv: readonly string[]): string {
  const words = argv.slice(2).filter((word) => word !== '--overwrite' && word !== '--resume')
  return ['umbra', ...words, '--resume'].map(quote).join(' ')
}

const quote = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
