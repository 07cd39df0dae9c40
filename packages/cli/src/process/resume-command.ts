/** The command that goes on with an interrupted run: the same one, with `--resume`. */
export function resumeCommand(argv: readonly string[]): string {
  const given = argv.slice(2).filter((word) => word !== '--overwrite' && word !== '--resume')
  return ['umbra', ...given, '--resume'].map(quote).join(' ')
}

const quote = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
