import { CommanderError } from 'commander'
import type { ExitCode } from './exit-code.js'

const CODE = 'umbra.settled'

/** Thrown by a command that has said all there is to say, to end with an exit code other than 0. */
export const settled = (exitCode: ExitCode): CommanderError => new CommanderError(exitCode, CODE, '')

export const isSettled = (error: unknown): error is CommanderError =>
  error instanceof CommanderError && error.code === CODE
