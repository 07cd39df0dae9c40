import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  type CohortOptions,
  type Registry,
  type Teacher,
  buildModel,
  createCheckpointStore,
  extensionIdentity,
  identityOf,
  loadModel,
  trainCohort,
} from '@umbra/core/trainer'
import { contentHash, encodeSafetensors, withLock, writeFile } from '@umbra/core/files'
import {
  type Engine,
  type ModelChoice,
  type Normalisation,
  type Objective,
  type Recipe,
  type RunListener,
  UmbraError,
} from '@umbra/core'
import type { SplitDataset } from './load-dataset.js'

/** A model ready to teach, and the hash of everything that determines it. */
export interface ReadyTeacher extends Teacher {
  readonly hash: string
}

/** What stages of a run share. */
export interface StageContext {
  readonly registry: Registry
  readonly engine: Engine
  readonly dataset: SplitDataset
  /** Hash of data and limits. */
  readonly dataHash: string
  /** Folder of what is trained once and used again. */
  readonly storeDir: string
  readonly signal: AbortSignal
  readonly listen: RunListener
  readonly now: () => number
}

/** A model to be trained in a stage of its own: a teacher, or an assistant. */
export interface StageModel {
  /** `teacher`, `assistant`: the first word of the stage's name. */
  readonly role: string
  readonly label: string
  readonly model: ModelChoice
  readonly method: string
  readonly objective: Objective
  /** Everything that determines the objective. JSON. */
  readonly identity: unknown
  readonly teachers: readonly ReadyTeacher[]
  readonly recipe: Recipe
  readonly seed: number
  readonly normalisation: Normalisation
}

/**
 * Trains a model, or loads it where an earlier run has trained the same. Goes on from a checkpoint if there is one.
 * Of two processes that want the same model one trains it and the other waits.
 */
export async function trainOnce(stage: StageModel, context: StageContext): Promise<ReadyTeacher> {
  const { registry, engine, dataset, dataHash } = context
  const { role, label, model: choice, normalisation, teachers, recipe, seed } = stage
  const hash = contentHash([
    [choice, identityOf(recipe), seed, normalisation, stage.identity],
    [dataHash, engine.info.id, teachers.map((teacher) => teacher.hash)],
    // Hooks that a configuration chooses are for students.
    ...extensionIdentity(registry, []),
  ])
  const folder = join(context.storeDir, hash)
  const file = join(folder, 'model.safetensors')
  const name = `${role}-${label}`
  const load = async (): Promise<ReadyTeacher> => {
    const { definition, model } = await loadModel(registry, choice, file, dataset)
    return { label, model, aliases: definition.taps, normalisation, hash }
  }
  if (existsSync(file)) {
    context.listen({ type: 'stage-end', stage: name, seconds: 0, cached: true })
    return load()
  }
  await withLock(join(folder, 'training.lock'), context.signal, async () => {
    if (existsSync(file)) return
    const { definition, model } = buildModel(registry, choice, dataset, seed)
    const store = createCheckpointStore(folder, { owner: hash })
    const { objective, method } = stage
    const outcome = await trainCohort({
      ...context,
      stage: name,
      title: `${role} ${label}`,
      hooks: registry.hooks,
      data: trainingData(dataset),
      teachers,
      arms: [{ id: label, method, seed, model, aliases: definition.taps, objective }],
      studentNormalisation: normalisation,
      recipe,
      seed,
      checkpoints: () => store,
      resume: true,
    })
    const { failed, weights } = outcome.arms[0]!
    if (failed !== undefined)
      throw new UmbraError(failed.code === 'UMBRA_DIVERGED' ? 'UMBRA_DIVERGED' : 'UMBRA_METHOD', {
        subject: `${role} "${label}"`,
        received: failed.reason,
      })
    await writeFile(file, encodeSafetensors(weights))
    store.clear()
  })
  return load()
}

/** Without the test images: neither a teacher nor an assistant is chosen by them. */
const trainingData = ({ train, validation, shape, classes }: SplitDataset): CohortOptions['data'] => ({
  train,
  shape,
  classes: classes.length,
  ...(validation === undefined ? {} : { validation }),
})
