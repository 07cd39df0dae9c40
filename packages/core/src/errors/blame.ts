import type { ErrorCode } from './codes.js'
import { thrownText } from './thrown-text.js'
import { UmbraError } from './umbra-error.js'
import { isPromise } from './describe-value.js'

/** Whose code is called, for messages: `method "mine" (plugin "p")`, and the code of what it throws. */
export interface Blamed {
  readonly subject: string
  readonly code: ErrorCode
}

/** Errors of a disk, which are not the fault of the code that met them. */
const DISK: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EROFS']

const excused = new WeakSet<object>()

/** Marks an error that is not the fault of the code that passes it on, so that it leaves that code as it is. Returns it. */
export function excuse<T>(thrown: T): T {
  if (typeof thrown === 'object' && thrown !== null) excused.add(thrown)
  return thrown
}

/** What a plugin's code threw, under its name and with the original as the cause. An UmbraError stays as it is. */
export function blame({ subject, code }: Blamed, call: string, cause: unknown, remedy?: string): unknown {
  if (cause instanceof UmbraError || (cause instanceof Error && excused.has(cause))) return cause
  if (cause instanceof Error && 'code' in cause && DISK.includes(cause.code)) return cause
  return new UmbraError(code, {
    subject: `${subject}: ${call} threw ${thrownText(cause)}`,
    ...(remedy === undefined ? {} : { remedy }),
    cause,
  })
}

type Call = (...args: readonly unknown[]) => unknown

/** How a plugin's function is called. */
export interface BlamingOptions {
  /** Whether it may return a promise. */
  readonly async?: boolean
  /** Makes something of its result. */
  readonly then?: (result: unknown) => unknown
  /** What to do about some of its errors. */
  readonly remedy?: (thrown: unknown) => string | undefined
}

/** A function whose errors, those of a promise that it may return too, are its owner's. */
export const blaming =
  (
    blamed: Blamed,
    call: string,
    action: Call,
    { async = false, then = (result) => result, remedy = () => undefined }: BlamingOptions = {},
  ): Call =>
  (...args) => {
    const fail = (cause: unknown): never => {
      throw blame(blamed, call, cause, remedy(cause)) as Error
    }
    try {
      const result = action(...args)
      if (!isPromise(result)) return then(result)
      if (async) return result.then(then).catch(fail)
      // Nobody waits for it: its failure must not end the process.
      void result.then(undefined, () => undefined)
      return then(result)
    } catch (cause) {
      return fail(cause)
    }
  }
