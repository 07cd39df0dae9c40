import { createBatches } from '../data/batches.js'
import { UmbraError } from '../errors/umbra-error.js'
import { weightVariable } from '../model/weight-variable.js'
import { knownTaps, tapModel } from '../model/tapped-model.js'
import type { ArmResult } from '../results/arm-result.js'
import { omit } from '../util/omit.js'
import type { StudentWeights } from './best-epoch.js'
import { createCohort } from './cohort.js'
import type { CohortOptions } from './cohort-options.js'
import { divideSeconds } from './divide-seconds.js'
import { type FinalResult, finalResults } from './final-evaluation.js'
import { runEpochs } from './run-epochs.js'

/** One arm after training: its part of the arm's result, and its weights. */
export interface TrainedArm extends FinalResult, Pick<ArmResult, 'failed' | 'ownSeconds' | 'history'> {
  readonly id: string
  /** The student's weights by name; empty for an arm that failed. */
  readonly weights: StudentWeights
}

/** Results of training a cohort. */
export interface CohortOutcome {
  readonly arms: readonly TrainedArm[]
  /** Training time of the whole cohort over all sessions, without evaluation. */
  readonly seconds: number
  /** Training images of one arm per second, while all were trained side by side. */
  readonly imagesPerSecond: number
}

/**
 * Trains arms in lockstep on the same batches; each teacher runs on a batch once for all of them.
 *
 * An arm whose loss stops being finite, or whose method throws, is stopped alone; its outcome says why. Aborting saves a
 * checkpoint and throws UMBRA_INTERRUPTED. Throws UMBRA_CONFIG for a batch larger than the set, UMBRA_CLASSES for a teacher.
 */
export async function trainCohort(options: CohortOptions): Promise<CohortOutcome> {
  const { data, hooks, stage } = options
  const info = { stage, arms: options.arms.map(({ id }) => id) }
  const recipe = hooks.pipe('recipe', options.recipe, info)
  const batches = createBatches(data.train, data.shape, recipe.batch, {
    seed: options.seed,
    augment: recipe.augment,
  })
  if (batches.stepsPerEpoch === 0)
    throw new UmbraError('UMBRA_CONFIG', {
      subject: 'recipe.batch',
      expected: `at most the ${data.train.count} training images`,
      received: String(recipe.batch),
    })
  const taps = [...new Set(options.arms.flatMap(({ objective }) => objective.taps?.teacher ?? []))]
  const teachers = options.teachers.map(({ label, model, aliases, normalisation }) => ({
    label,
    // A tap that a teacher lacks is the fault of the arms that ask for it: `makeArm` stops those alone.
    model: tapModel(model, knownTaps(model, taps, aliases), aliases, `teacher "${label}"`),
    normalisation,
    weights: model.weights.map(weightVariable),
  }))
  const cohort = createCohort({ ...options, recipe }, teachers, batches)
  try {
    await hooks.notify('stageStart', info)
    await runEpochs(cohort, batches, { ...options, recipe })
    const results = await finalResults(cohort, { ...options, recipe })
    for (const { id, method, seed } of options.arms) {
      const reason = cohort.failed.get(id)?.reason
      if (reason !== undefined) await hooks.notify('failed', { arm: id, method, seed, reason })
    }
    await hooks.notify('stageEnd', info)
    const seconds = Math.max(...[...cohort.records.values()].map((record) => record.seconds))
    const trained = new Map(cohort.sound.map((arm) => [arm.spec.id, cohort.recordOf(arm.spec.id).seconds]))
    const ownSeconds = divideSeconds(trained, (ids) => cohort.costs.of(ids))
    const epochs = Math.max(...[...cohort.records.values()].map(({ history }) => history.length))
    const images = epochs * batches.stepsPerEpoch * recipe.batch
    return {
      seconds,
      imagesPerSecond: seconds > 0 ? images / seconds : 0,
      arms: options.arms.map(({ id }) => {
        const failed = cohort.failed.get(id)
        return {
          id,
          history: cohort.recordOf(id).history,
          ...(results.get(id) ?? { weights: new Map() }),
          ...(failed === undefined ? {} : { failed: omit(failed, ['stack']) }),
          ...withOwnSeconds(ownSeconds?.get(id)),
        }
      }),
    }
  } finally {
    cohort.dispose()
  }
}

const withOwnSeconds = (ownSeconds: number | undefined): Pick<TrainedArm, 'ownSeconds'> =>
  ownSeconds === undefined ? {} : { ownSeconds }
