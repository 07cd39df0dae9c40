import { fileURLToPath } from 'node:url'

/** The current place in the code; `whereOf` formats it only when an error needs it. */
export function origin(): Error {
  const limit = Error.stackTraceLimit
  // A layer of a model within a model is about fifty frames of tfjs below its caller.
  Error.stackTraceLimit = 64
  const error = new Error('origin')
  Error.stackTraceLimit = limit
  return error
}

const LIBRARY = /[\\/]node_modules[\\/]|^node:|^native |^<anonymous>/
const TEST = /\.test\.[cm]?[jt]s$/
/** The code of this package. */
const ENGINE = fileURLToPath(new URL('..', import.meta.url))

/** The innermost place outside libraries and the engine: `/folder/file.ts:12:5`. */
export function whereOf(error: Error | undefined): string {
  // A replaced Error.prepareStackTrace may return something other than text.
  const stack: unknown = error?.stack
  for (const line of typeof stack === 'string' ? stack.split('\n') : []) {
    const [, path, position] = /^\s*at (?:.*? \()?(?:async )?(.+?):(\d+:\d+)\)?$/.exec(line) ?? []
    if (path === undefined || position === undefined) continue
    const file = path.startsWith('file:') ? fileURLToPath(path) : path
    const isEngine = file.startsWith(ENGINE) && !TEST.test(file)
    if (!LIBRARY.test(file) && !isEngine) return `${file}:${position}`
  }
  return 'an unknown place'
}
