import type { Arm } from './arm.js'
import { ArmError, isOfArm } from './arm-failure.js'
import type { LiveStep } from './live-step.js'

/** Arms whose methods threw, with what they threw. */
export type Faults = Map<string, unknown>

/**
 * Compiles the step of all arms together. If that throws, adds the arms at fault to `faults` and returns undefined.
 * Rethrows the error if no arm is at fault, or if it is none of an arm's.
 */
export function compileOrBlame(
  arms: readonly Arm[],
  compile: (arms: readonly Arm[]) => LiveStep,
  faults: Faults,
): LiveStep | undefined {
  try {
    return compile(arms)
  } catch (error) {
    if (!isOfArm(error)) throw error
    if (error instanceof ArmError) faults.set(error.arm, error.cause)
    if (faults.size === 0) blame(arms, compile, error, faults)
    return undefined
  }
}

/** Compiles each arm alone to find those that throw. */
function blame(
  arms: readonly Arm[],
  compile: (arms: readonly Arm[]) => LiveStep,
  error: unknown,
  faults: Faults,
): void {
  const [first, ...others] = arms
  if (first !== undefined && others.length === 0) {
    faults.set(first.spec.id, error)
    return
  }
  for (const arm of arms)
    try {
      compile([arm]).dispose()
    } catch (thrown) {
      faults.set(arm.spec.id, thrown)
    }
  if (faults.size === 0) throw error
}
