import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  type CohortOptions,
  type Registry,
  type Teacher,
  buildModel,
  createCheckpointStore,
  loadModel,
  trainCohort,
} from '@umbra/core/trainer'
import { encodeSafetensors, withLock, writeFile } from '@umbra/core/files'
import {
  type Engine,
  type ModelChoice,
  type Normalisation,
  type Objective,
  type Recipe,
  type RunListener,
  UmbraError,
} from '@umbra/core'
import type { DataHashes } from '../identity/data-hash.js'
import type { Identities } from '../identity/identities.js'
import type { SplitDataset } from './load-dataset.js'

/** A model ready to teach, and the hash of everything that determines it. */
export interface ReadyTeacher extends Teacher {
  readonly hash: string
}

/** What all stages of a run share. */
export interface StageContext extends DataHashes {
  readonly registry: Registry
  readonly engine: Engine
  readonly dataset: SplitDataset
  readonly identities: Identities
  /** Folder of models that are trained once and reused. */
  readonly storeDir: string
  readonly signal: AbortSignal
  readonly listen: RunListener
  readonly now: () => number
}

/** A model to train in a separate stage: a teacher or an assistant. */
export interface StageModel {
  /** `teacher`, `assistant`: the first word of the stage's name. */
  readonly role: string
  readonly label: string
  readonly model: ModelChoice
  readonly method: string
  readonly objective: Objective
  readonly teachers: readonly ReadyTeacher[]
  readonly recipe: Recipe
  readonly seed: number
  readonly normalisation: Normalisation
  /** Hash of everything that determines it. */
  readonly hash: string
}

/**
 * Trains a model, or loads it if an earlier run has trained the same. Continues from a checkpoint if there is one.
 * If two processes need the same model, one trains it and the other waits.
 */
export async function trainOnce(stage: StageModel, context: StageContext): Promise<ReadyTeacher> {
  const { registry, dataset } = context
  const { role, label, model: choice, normalisation, hash } = stage
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
    if (!existsSync(file)) await train({ stage, name, folder, file }, context)
  })
  return load()
}

async function train(
  {
    stage,
    name,
    folder,
    file,
  }: { readonly stage: StageModel; readonly name: string; readonly folder: string; readonly file: string },
  context: StageContext,
): Promise<void> {
  const { registry, dataset } = context
  const { role, label, method, objective, teachers, recipe, seed, normalisation, hash } = stage
  const { definition, model } = buildModel(registry, stage.model, dataset, seed)
  const store = createCheckpointStore(folder, { owner: hash })
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
  })
  // The cohort has exactly one arm.
  const { failed, weights } = outcome.arms[0]!
  if (failed !== undefined)
    throw new UmbraError(failed.code === 'UMBRA_DIVERGED' ? 'UMBRA_DIVERGED' : 'UMBRA_METHOD', {
      subject: `${role} "${label}"`,
      received: failed.reason,
    })
  await writeFile(file, encodeSafetensors(weights))
  store.clear()
}

/** Without the test images: they are not used to choose a teacher or an assistant. */
const trainingData = ({ train, validation, shape, classes }: SplitDataset): CohortOptions['data'] => ({
  train,
  shape,
  classes: classes.length,
  ...(validation === undefined ? {} : { validation }),
})
