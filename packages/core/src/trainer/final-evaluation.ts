import { restoreVariables, storeVariables } from '../checkpoint/stored-variables.js'
import type { Evaluation } from '../contracts/events.js'
import { studentVariables, type StudentWeights } from './best-epoch.js'
import type { Cohort } from './cohort.js'
import { orInterrupted } from './interrupted.js'
import type { CohortOptions } from './cohort-options.js'

/** What came out of an arm that went through all its epochs. */
export interface FinalResult {
  /** The student's weights after the last epoch. */
  readonly weights: StudentWeights
  /** On the test set after the last epoch; absent where there is none to be read. */
  readonly evaluation?: Evaluation
  /** The epoch that was best on validation. */
  readonly best?: {
    readonly epoch: number
    readonly validation: Evaluation
    readonly test?: Evaluation
    /** Absent where it is the last epoch. */
    readonly weights?: StudentWeights
  }
}

/**
 * Reads the test set: once for the last weights of each arm, once more for those that were best on validation where
 * they are others. This is the only place where a cohort looks at test images.
 */
export async function finalResults(
  cohort: Cohort,
  { data, signal, listen, stage, recipe }: CohortOptions,
): Promise<Map<string, FinalResult>> {
  const results = new Map<string, FinalResult>()
  cohort.pull()
  for (const arm of cohort.arms) {
    const { id } = arm.spec
    const evaluate = async (epoch: number): Promise<Evaluation | undefined> => {
      if (data.test === undefined) return undefined
      const result = await cohort.evaluators.get(id)!.evaluate(data.test, signal).catch(orInterrupted(signal))
      listen({ type: 'evaluated', stage, arm: id, epoch, set: 'test', result })
      return result
    }
    const variables = studentVariables(arm)
    const weights = await storeVariables(variables)
    const evaluation = await evaluate(recipe.epochs - 1)
    const { best } = cohort.records.get(id)!
    const own = best === undefined || best.epoch === recipe.epochs - 1 ? undefined : cohort.best.get(id)
    // The student is not trained any further, so that it may keep these weights.
    if (own !== undefined) restoreVariables(variables, own, `best epoch of arm "${id}"`)
    const test = own === undefined ? evaluation : await evaluate(best!.epoch)
    results.set(id, {
      weights,
      ...(evaluation === undefined ? {} : { evaluation }),
      ...(best === undefined
        ? {}
        : {
            best: {
              ...best,
              ...(test === undefined ? {} : { test }),
              ...(own === undefined ? {} : { weights: own }),
            },
          }),
    })
  }
  return results
}
