/**
 * What went wrong while a module was loaded, in one line: where a syntax error is, and which module is missing for whom. The
 * first line of the message of any other error.
 */
export function moduleFailure(error: unknown): string {
  const message = (error instanceof Error ? error.message : String(error)).trim()
  const syntax = /^(?:\w*Error: )?([^\n]*?)\s*\n\s*(\S.*?):(\d+):\d+\s*$/.exec(message)
  if (syntax !== null) return `${syntax[1]!} in line ${syntax[3]!} of ${syntax[2]!}`
  const missing =
    /^Cannot find (?:module|package) '([^']+)'(?:.*?imported from (.+)|\s*\nRequire stack:\n- (.+))?/.exec(
      message,
    )
  if (missing !== null) {
    const [, name = '', imported, required] = missing
    const importer = imported ?? required
    return `cannot find module "${name}"${importer === undefined ? '' : `, which ${importer} imports`}`
  }
  return message.replace(/\n.*/s, '').trim()
}
