import { join } from 'node:path'
import {
  type CohortOptions,
  ERROR_CODES,
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
  type ErrorCode,
  type ModelChoice,
  type Normalisation,
  type Objective,
  type Recipe,
  type RunListener,
  UmbraError,
} from '@umbra/core'
import type { DataHashes } from '../identity/data-hash.js'
import type { Identities } from '../identity/identities.js'
import { lockWait } from '../store/lock-wait.js'
import { moveAside, readArtefact, readNote, writeArtefact } from '../store/artefact.js'
import { checkOwnFolder } from '../store/own-folder.js'
import { userMark } from '../store/store-contents.js'
import type { SplitDataset } from './load-dataset.js'

/** A model ready to teach, and the hash of everything that determines it. */
export interface ReadyTeacher extends Teacher {
  readonly hash: string
  /** sha256 of the file of its weights. */
  readonly sha256: string
  /** When it was trained again with other weights than before, ISO 8601: arms from before then learned from those. */
  readonly changed?: string | undefined
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
  /** Whether locks that another machine left are taken over. */
  readonly takeOver: boolean
  /** Name of the run, for the note beside a model that it trains. */
  readonly run?: string | undefined
  /** Models stored before this moment are trained again; ISO 8601. */
  readonly retrainBefore?: string | undefined
}

/** A model to train in a separate stage: a teacher or an assistant. */
export interface StageModel {
  /** The first word of the stage's name. */
  readonly role: 'teacher' | 'assistant'
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
 * Trains a model, or loads it if an earlier run has trained the same and its file is intact. Continues from a checkpoint if
 * there is one. If two processes need the same model, one trains it and the other waits.
 */
export async function trainOnce(stage: StageModel, context: StageContext): Promise<ReadyTeacher> {
  const { registry, dataset } = context
  const { role, label, model: choice, normalisation, hash } = stage
  const folder = join(context.storeDir, hash)
  const file = join(folder, 'model.safetensors')
  const name = `${role}-${label}`
  checkOwnFolder(folder)
  checkOwnFolder(join(folder, 'used-by'))
  const load = async (): Promise<ReadyTeacher> => {
    const { definition, model, sha256 } = await loadModel(registry, choice, file, dataset)
    if (context.run !== undefined) await writeFile(userMark(folder, context.run), '')
    const { changed } = readNote(file) ?? {}
    return { label, model, aliases: definition.taps, normalisation, hash, sha256, changed }
  }
  if (isReady(file, context)) {
    context.listen({ type: 'stage-end', stage: name, seconds: 0, cached: true })
    return load()
  }
  await withLock(join(folder, 'training.lock'), lockWait(context), async () => {
    // While it waited, another process may have trained it.
    if (isReady(file, context)) return
    discardDamaged(file, name, context)
    await train({ stage, name, folder, file }, context)
  })
  return load()
}

/** Whether a stored model is intact and was not made before the run that asked for new ones. */
function isReady(file: string, { retrainBefore }: StageContext): boolean {
  const stored = readArtefact(file)
  return stored.is === 'intact' && (retrainBefore === undefined || stored.note.date >= retrainBefore)
}

function discardDamaged(file: string, name: string, { listen }: StageContext): void {
  const stored = readArtefact(file)
  if (stored.is !== 'damaged') return
  const text = `${stored.path} is damaged (${stored.problem}); ${name} is trained again`
  listen({ type: 'notice', text })
  moveAside(stored.path)
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
  const store = createCheckpointStore(folder, {
    owner: hash,
    report: (text) => context.listen({ type: 'notice', text }),
  })
  const outcome = await trainCohort({
    ...context,
    stage: name,
    title: `${role} ${label}`,
    hooks: registry.hooks,
    recipes: registry.recipes,
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
    throw new UmbraError(knownCode(failed.code), { subject: `${role} "${label}": ${failed.reason}` })
  const about = { kind: role, label, ...(context.run === undefined ? {} : { run: context.run }) }
  await writeArtefact(file, encodeSafetensors(weights), about)
  store.clear()
}

/** Without the test images: they are not used to choose a teacher or an assistant. */
const trainingData = ({ train, validation, shape, classes }: SplitDataset): CohortOptions['data'] => ({
  train,
  shape,
  classes: classes.length,
  ...(validation === undefined ? {} : { validation }),
})

/** The code that an arm failed with. */
const knownCode = (code: string): ErrorCode =>
  (Object.keys(ERROR_CODES) as ErrorCode[]).find((name) => name === code) ?? 'UMBRA_METHOD'
