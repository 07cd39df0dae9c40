import { fileURLToPath } from 'node:url'

/** Where the code now running is; formatted by `whereOf` only when an error has to say it. */
export function origin(): Error {
  const limit = Error.stackTraceLimit
  // A layer of a model within a model is some fifty frames of tfjs away from whoever called it.
  Error.stackTraceLimit = 64
  const error = new Error('origin')
  Error.stackTraceLimit = limit
  return error
}

const LIBRARY = /[\\/]node_modules[\\/]|^node:|^native |^<anonymous>/
const TEST = /\.test\.[cm]?[jt]s$/
/** This package's own code. */
const ENGINE = fileURLToPath(new URL('..', import.meta.url))

/** The innermost place outside of libraries and the engine: `/folder/file.ts:12:5`. */
export function whereOf(error: Error | undefined): string {
  // Whoever replaced Error.prepareStackTrace may have made something other than text of it.
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
