import { CommanderError } from 'commander'
import type { ExitCode } from './exit-code.js'

const CODE = 'umbra.exit'

/** Thrown by a command that has printed everything, to end with an exit code other than 0. */
export const exitWith = (exitCode: ExitCode): CommanderError => new CommanderError(exitCode, CODE, '')

export const isExit = (error: unknown): error is CommanderError =>
  error instanceof CommanderError && error.code === CODE
