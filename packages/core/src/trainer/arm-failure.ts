import { ERROR_CODES } from '../errors/codes.js'
import { thrownText } from '../errors/thrown-text.js'
import { UmbraError } from '../errors/umbra-error.js'

/** Why an arm stopped early. */
export interface ArmFailure {
  readonly code: string
  readonly reason: string
  /** 0-based; absent where it failed before its first step. */
  readonly epoch?: number
  /** Where the error came from, with its causes; told to listeners, not recorded. */
  readonly stack?: string
}

/** What a method threw, as the reason that reports show. */
export function failureOf(error: unknown): ArmFailure {
  const stack = stackOf(error)
  const more = stack === undefined ? {} : { stack }
  if (error instanceof UmbraError) return { code: error.code, reason: error.message, ...more }
  return { code: 'UMBRA_METHOD', reason: `the method threw ${thrownText(error)}`, ...more }
}

/** The stack of an error, followed by those of its causes. */
export function stackOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const stack = error.stack ?? error.message
  const cause = stackOf(error.cause)
  return cause === undefined ? stack : `${stack}\ncaused by ${cause}`
}

/** Whether an error is that of one arm: an interruption, a full disk, or a service of the whole run is not. */
export const isOfArm = (error: unknown): boolean =>
  !(error instanceof UmbraError) || !(OF_RUNS.includes(error.code) || ERROR_CODES[error.code] === 'machine')

const OF_RUNS: readonly string[] = ['UMBRA_INTERRUPTED', 'UMBRA_SERVICE']

/** Thrown by code that acts for one arm, with what the arm's method threw. */
export class ArmError extends Error {
  readonly arm: string

  constructor(arm: string, cause: unknown) {
    super(`arm "${arm}" failed`, { cause })
    this.arm = arm
  }
}
