/** Where the code now running is; formatted by `whereOf` only when an error has to say it. */
export function origin(): Error {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 40
  const error = new Error('origin')
  Error.stackTraceLimit = limit
  return error
}

const OURS = /node_modules|node:internal|[\\/]engine[\\/](src|dist)[\\/](step|tensorflow|layers)[\\/]/

/** The innermost place outside of tfjs and the engine: `file.ts:12:5`. */
export function whereOf(error: Error | undefined): string {
  const lines = (error?.stack ?? '').split('\n').filter((line) => line.trimStart().startsWith('at '))
  const line = lines.find((candidate) => !OURS.test(candidate))
  if (line === undefined) return 'an unknown place'
  return /\(?((?:file:\/\/)?[^\s()]+:\d+:\d+)\)?$/.exec(line.trim())?.[1] ?? line.trim()
}
