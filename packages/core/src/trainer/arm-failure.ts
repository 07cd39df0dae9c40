import { UmbraError } from '../errors/umbra-error.js'

/** Why an arm stopped early. */
export interface ArmFailure {
  readonly code: string
  readonly reason: string
  /** 0-based; absent where it failed before its first step. */
  readonly epoch?: number
}

/** What a method threw, as the reason that reports show. */
export function failureOf(error: unknown): ArmFailure {
  if (error instanceof UmbraError) return { code: error.code, reason: error.message }
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  const [firstLine = ''] = text.split('\n')
  return { code: 'UMBRA_METHOD', reason: `the method threw ${firstLine}` }
}

/** Thrown by code that acts for one arm, with what the arm's method threw. */
export class ArmError extends Error {
  readonly arm: string

  constructor(arm: string, cause: unknown) {
    super(`arm "${arm}" failed`, { cause })
    this.arm = arm
  }
}
