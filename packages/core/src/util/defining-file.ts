import { fileURLToPath } from 'node:url'

const files = new WeakMap<object, string>()

/** The file whose code made a value; undefined where that cannot be told. */
export const definingFile = (value: object): string | undefined => files.get(value)

/** Says which file a value was loaded from. */
export function setDefiningFile(value: object, file: string): void {
  files.set(value, file)
}

/** Remembers the file that called `define`, kept off the value itself. Returns the value. */
export function noteDefiningFile<T extends object>(value: T, define: (plugin: never) => unknown): T {
  const file = callerOf(define)
  if (file !== undefined) files.set(value, file)
  return value
}

/** The file of the frame below a function that is running. */
function callerOf(callee: (plugin: never) => unknown): string | undefined {
  const before = {
    prepare: Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace'),
    limit: Error.stackTraceLimit,
  }
  const holder: { stack?: unknown } = {}
  try {
    Error.stackTraceLimit = 1
    Error.prepareStackTrace = (_error, [site]) => site?.getFileName() ?? undefined
    Error.captureStackTrace(holder, callee)
    const name = holder.stack
    if (typeof name !== 'string' || name.startsWith('node:')) return undefined
    return name.startsWith('file:') ? fileURLToPath(name) : name
  } finally {
    Reflect.deleteProperty(Error, 'prepareStackTrace')
    if (before.prepare !== undefined) Object.defineProperty(Error, 'prepareStackTrace', before.prepare)
    Error.stackTraceLimit = before.limit
  }
}
