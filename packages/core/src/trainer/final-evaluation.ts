import { restoreVariables, storeVariables } from '../checkpoint/stored-variables.js'
import type { Evaluation } from '../contracts/events.js'
import type { ArmResult } from '../results/arm-result.js'
import { studentVariables, type StudentWeights } from './best-epoch.js'
import type { Cohort } from './cohort.js'
import { orInterrupted } from './interrupted.js'
import type { CohortOptions } from './cohort-options.js'

/** What came out of an arm that went through all its epochs. The figures are absent where there is no test set to be read. */
export interface FinalResult extends Pick<ArmResult, 'final' | 'best' | 'bestEpoch'> {
  /** The student's weights after the last epoch. */
  readonly weights: StudentWeights
  /** The student's weights at the epoch that was best on validation; absent where it is the last. */
  readonly bestWeights?: StudentWeights
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
    const final = await evaluate(recipe.epochs - 1)
    const { best: bestEpoch } = cohort.records.get(id)!
    const isLast = bestEpoch === undefined || bestEpoch.epoch === recipe.epochs - 1
    const bestWeights = isLast ? undefined : cohort.best.get(id)
    // The student is not trained any further, so that it may keep these weights.
    if (bestWeights !== undefined) restoreVariables(variables, bestWeights, `best epoch of arm "${id}"`)
    const best =
      bestEpoch === undefined || bestWeights === undefined ? final : await evaluate(bestEpoch.epoch)
    results.set(id, {
      weights,
      ...(final === undefined ? {} : { final }),
      ...(bestEpoch === undefined ? {} : { bestEpoch, ...(best === undefined ? {} : { best }) }),
      ...(bestWeights === undefined ? {} : { bestWeights }),
    })
  }
  return results
}
