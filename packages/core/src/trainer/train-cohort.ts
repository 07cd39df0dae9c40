import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { CheckpointStore } from '../checkpoint/checkpoint-store.js'
import type { StoredTensor } from '../checkpoint/safetensors.js'
import { storeVariables } from '../checkpoint/stored-variables.js'
import type { ImageSet, Normalisation } from '../contracts/dataset.js'
import type { Engine, TeacherPrecision } from '../contracts/engine.js'
import type { Evaluation, RunListener } from '../contracts/events.js'
import { createBatches } from '../data/batches.js'
import { UmbraError } from '../errors/umbra-error.js'
import type { HookRunner } from '../hooks/hook-runner.js'
import { weightVariable } from '../model/weight-variable.js'
import { tapModel } from '../model/tapped-model.js'
import type { Recipe } from '../run/recipe.js'
import type { ArmSpec } from './arm.js'
import type { EpochRecord } from './arm-record.js'
import { createCohort } from './cohort.js'
import { runEpochs } from './run-epochs.js'

/** A trained model that teaches. It is never changed. */
export interface Teacher {
  readonly label: string
  readonly model: LayersModel
  readonly aliases: Readonly<Record<string, string>>
  readonly normalisation: Normalisation
}

export interface CohortOptions {
  /** Name of the stage in events: `seed-0`, `teacher-cnn`. */
  readonly stage: string
  readonly title: string
  readonly engine: Engine
  readonly hooks: HookRunner
  readonly data: {
    readonly train: ImageSet
    readonly test: ImageSet
    readonly shape: readonly [number, number, number]
    readonly classes: number
  }
  readonly teachers: readonly Teacher[]
  /** Models of the arms are disposed at the end. */
  readonly arms: readonly ArmSpec[]
  readonly studentNormalisation: Normalisation
  readonly recipe: Recipe
  /** How the teachers are computed, where the engine has a choice; float32 when left out. */
  readonly teacherPrecision?: TeacherPrecision
  /** Of the order and the augmentation, shared by all arms. */
  readonly seed: number
  /** Where an arm's checkpoints go. */
  readonly checkpoints: (arm: string) => CheckpointStore
  /** Go on from the newest checkpoint that all arms have. */
  readonly resume: boolean
  readonly signal: AbortSignal
  readonly listen: RunListener
  readonly now: () => number
}

export interface ArmOutcome {
  readonly id: string
  /** Why the arm stopped early. */
  readonly failed?: { readonly code: string; readonly reason: string }
  /** On the test set after the last epoch. */
  readonly evaluation?: Evaluation
  readonly history: readonly EpochRecord[]
  /** The student's weights by name; empty for an arm that failed. */
  readonly weights: ReadonlyMap<string, StoredTensor>
}

export interface CohortOutcome {
  readonly arms: readonly ArmOutcome[]
  /** Training time of the whole cohort over all sessions, without evaluation. */
  readonly seconds: number
  /** Training images of one arm per second, while all were trained side by side. */
  readonly imagesPerSecond: number
}

/**
 * Trains arms in lockstep on the same batches; each teacher looks at a batch once for all of them.
 *
 * An arm whose loss stops being finite is stopped alone. Aborting saves a checkpoint and throws UMBRA_INTERRUPTED.
 * Throws what the methods' `prepare` throws, UMBRA_TERMS, UMBRA_GRADIENT, UMBRA_CONFIG for a batch larger than the set.
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
    model: tapModel(model, taps, aliases, `teacher "${label}"`),
    normalisation,
    weights: model.weights.map(weightVariable),
  }))
  const cohort = createCohort({ ...options, recipe }, teachers, batches)
  try {
    await hooks.notify('stageStart', info)
    await runEpochs(cohort, batches, { ...options, recipe })
    await hooks.notify('stageEnd', info)
    const seconds = cohort.arms.length > 0 ? cohort.records.get(cohort.arms[0]!.spec.id)!.seconds : 0
    const outcomes: ArmOutcome[] = []
    for (const { id } of options.arms) outcomes.push(await outcome(id, cohort))
    const images = recipe.epochs * batches.stepsPerEpoch * recipe.batch
    return {
      seconds,
      imagesPerSecond: seconds > 0 ? images / seconds : 0,
      arms: outcomes,
    }
  } finally {
    cohort.dispose()
  }
}

async function outcome(id: string, cohort: ReturnType<typeof createCohort>): Promise<ArmOutcome> {
  const failed = cohort.failed.get(id)
  const history = cohort.records.get(id)!.history
  const arm = cohort.arms.find(({ spec }) => spec.id === id)
  if (failed !== undefined || arm === undefined)
    return { id, history, weights: new Map(), ...(failed === undefined ? {} : { failed }) }
  const own = new Map(
    [...arm.saved].flatMap(([name, variable]) =>
      name.startsWith('student/') ? [[name.slice(8), variable] as const] : [],
    ),
  )
  const evaluation = history.at(-1)?.test
  return {
    id,
    history,
    weights: await storeVariables(own),
    ...(evaluation === undefined ? {} : { evaluation }),
  }
}
