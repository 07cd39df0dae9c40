import { ArmError, failureOf } from './arm-failure.js'
import type { Cohort } from './cohort.js'

/** Runs an action for one arm; what its ArmError holds stops that arm alone, and the result is undefined. */
export async function failingAlone<T>(
  cohort: Pick<Cohort, 'stop'>,
  epoch: number,
  action: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await action()
  } catch (error) {
    if (!(error instanceof ArmError)) throw error
    cohort.stop(error.arm, { ...failureOf(error.cause), epoch })
    return undefined
  }
}
