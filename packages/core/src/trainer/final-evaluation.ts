import { restoreVariables, storeVariables } from '../checkpoint/stored-variables.js'
import type { Evaluation } from '../contracts/events.js'
import type { ArmResult } from '../results/arm-result.js'
import type { EvaluationInfo } from '../contracts/hooks.js'
import { UmbraError } from '../errors/umbra-error.js'
import type { Arm } from './arm.js'
import { ArmError } from './arm-failure.js'
import { studentVariables, type StudentWeights } from './best-epoch.js'
import type { Cohort } from './cohort.js'
import type { CohortOptions } from './cohort-options.js'
import { evaluateArm } from './evaluate-arm.js'
import { failingAlone } from './failing-alone.js'
import { withAverage } from './offered-average.js'

/** Result of an arm that did not fail. The figures are absent where there is no test set. */
export interface FinalResult extends Pick<ArmResult, 'final' | 'best' | 'bestEpoch' | 'average' | 'stopped'> {
  /** The student's weights after the last epoch. */
  readonly weights: StudentWeights
  /** The student's weights at the epoch that was best on validation; absent where it is the last. */
  readonly bestWeights?: StudentWeights
  /** The average that a hook kept beside the student until the last epoch. */
  readonly averageWeights?: StudentWeights
}

/**
 * Reads the test set: once for the last weights of each arm, once for the average beside them, and once more for those
 * that were best on validation, if they differ. This is the only place where a cohort reads test images.
 */
export async function finalResults(
  cohort: Cohort,
  options: CohortOptions,
): Promise<Map<string, FinalResult>> {
  const results = new Map<string, FinalResult>()
  cohort.pull()
  for (const arm of cohort.sound) {
    const { id } = arm.spec
    const result = await failingAlone(cohort, lastEpochOf(cohort, id, options), () =>
      finalResult(cohort, arm, options),
    )
    if (result !== undefined) results.set(id, result)
  }
  return results
}

const lastEpochOf = (cohort: Cohort, arm: string, { recipe }: CohortOptions): number =>
  cohort.recordOf(arm).stopped?.epoch ?? recipe.epochs - 1

async function finalResult(cohort: Cohort, arm: Arm, options: CohortOptions): Promise<FinalResult> {
  const { id } = arm.spec
  const { best: bestEpoch, stopped } = cohort.recordOf(arm.spec.id)
  const lastEpoch = lastEpochOf(cohort, id, options)
  const { test: images } = options.data
  const test = async (weights: EvaluationInfo['weights'], epoch: number): Promise<Evaluation | undefined> =>
    images && evaluateArm(cohort, arm, images, { epoch, set: 'test', weights }, options)
  const variables = studentVariables(arm)
  const weights = await storeVariables(variables)
  checkFinite(weights, id)
  const final = await test('student', lastEpoch)
  const ofAverage = await withAverage(arm, options.hooks, async () => ({
    averageWeights: await storeVariables(variables),
    average: await test('average', lastEpoch),
  }))
  const isLast = bestEpoch === undefined || bestEpoch.epoch === lastEpoch
  const bestWeights = isLast ? undefined : cohort.best.get(id)
  // The student trains no further, so it may keep these weights.
  if (bestWeights !== undefined) restoreVariables(variables, bestWeights, `best epoch of arm "${id}"`)
  const best =
    bestEpoch === undefined || bestWeights === undefined ? final : await test('best', bestEpoch.epoch)
  return {
    weights,
    ...(final === undefined ? {} : { final }),
    ...(bestEpoch === undefined ? {} : { bestEpoch, ...(best === undefined ? {} : { best }) }),
    ...(bestWeights === undefined ? {} : { bestWeights }),
    ...(ofAverage === undefined ? {} : averageOf(ofAverage)),
    ...(stopped === undefined ? {} : { stopped }),
  }
}

/** The last step may have spoiled the weights, and no loss after it says so. Throws an ArmError with UMBRA_DIVERGED. */
function checkFinite(weights: StudentWeights, arm: string): void {
  for (const [name, { data }] of weights) {
    const value = data.find((one) => !Number.isFinite(one))
    if (value !== undefined)
      throw new ArmError(
        arm,
        new UmbraError('UMBRA_DIVERGED', {
          subject: `weight "${name}" is no longer finite after the last step (${value})`,
          remedy: 'Try a smaller learning rate',
        }),
      )
  }
}

const averageOf = ({
  average,
  averageWeights,
}: {
  readonly average: Evaluation | undefined
  readonly averageWeights: StudentWeights
}): Pick<FinalResult, 'average' | 'averageWeights'> => ({
  averageWeights,
  ...(average === undefined ? {} : { average }),
})
