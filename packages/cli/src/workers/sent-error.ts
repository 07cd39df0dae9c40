import { type ErrorCode, type ErrorFacts, UmbraError } from '@umbra/core'
import { ERROR_CODES, omit } from '@umbra/core/trainer'

/** An error on its way from one process to another. */
export interface SentError {
  readonly name: string
  readonly message: string
  readonly stack?: string
  /** Of an UmbraError. */
  readonly code?: ErrorCode
  readonly facts?: Omit<ErrorFacts, 'cause'>
  readonly cause?: SentError
}

/** Causes that are sent along, counted from the error. */
const DEPTH = 8

/** An error with everything that a message to another process can hold: name, text, code, facts, stack, causes. */
export function packError(error: unknown, depth = DEPTH): SentError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) }
  const { name, message, stack, cause } = error
  return {
    ...{ name, message },
    ...(stack === undefined ? {} : { stack }),
    ...(error instanceof UmbraError ? { code: error.code, facts: omit(error.facts, ['cause']) } : {}),
    ...(cause === undefined || depth <= 1 ? {} : { cause: packError(cause, depth - 1) }),
  }
}

/** The error again: its code, facts, causes, and the stack of the process that it comes from. */
export function unpackError({ name, message, stack, code, facts, cause: sent }: SentError): Error {
  const cause = sent === undefined ? {} : { cause: unpackError(sent) }
  const error =
    code !== undefined && Object.hasOwn(ERROR_CODES, code)
      ? new UmbraError(code, { subject: message, ...facts, ...cause })
      : Object.assign(new Error(message, cause), { name })
  if (stack !== undefined) error.stack = stack
  return error
}
