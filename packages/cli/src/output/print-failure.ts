import { UmbraError } from '@umbra/core'
import { asUmbraError } from '../process/as-umbra-error.js'
import { type ExitCode, exitCodeOf } from '../process/exit-code.js'
import type { Io } from '../process/io.js'
import { styleFor } from './style.js'

export interface FailureOptions {
  /** Also print a JSON document on standard output. */
  readonly json: boolean
  /** Also print the stack trace, with causes. */
  readonly debug: boolean
}

/** Prints one line on standard error; returns the exit code. */
export function printFailure(thrown: unknown, io: Io, { json, debug }: FailureOptions): ExitCode {
  const error = asUmbraError(thrown)
  const code = error instanceof UmbraError ? error.code : undefined
  const text = error instanceof Error ? error.message : String(error)
  // Only an error about several problems has several lines.
  const message = error instanceof UmbraError && error.facts.problems !== undefined ? text : oneLine(text)
  const exitCode = exitCodeOf(error)
  const style = styleFor(io.colour)
  const hint = code !== undefined || debug ? '' : ' (a bug in Umbra; --debug shows where)'
  io.err(`${style.red('error')}${code === undefined ? '' : ` ${code}`}: ${message}${hint}\n`)
  if (debug && error instanceof Error) io.err(`${stackOf(error)}\n`)
  if (json) io.out(`${JSON.stringify({ error: { code, message }, exitCode }, null, 2)}\n`)
  return exitCode
}

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' ').trim()

function stackOf(error: Error): string {
  const stack = error.stack ?? error.message
  return error.cause instanceof Error ? `${stack}\ncaused by ${stackOf(error.cause)}` : stack
}
