import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createCheckpointStore } from '../checkpoint/checkpoint-store.js'
import { encodeSafetensors } from '../checkpoint/safetensors.js'
import type { Dataset } from '../contracts/dataset.js'
import type { Engine } from '../contracts/engine.js'
import type { RunListener } from '../contracts/events.js'
import { UmbraError } from '../errors/umbra-error.js'
import { buildModel } from '../model/build-model.js'
import { loadModel } from '../model/load-weights.js'
import { crossEntropyObjective } from '../losses/cross-entropy-objective.js'
import type { Registry } from '../registry/registry.js'
import { trainCohort, type Teacher } from '../trainer/train-cohort.js'
import { contentHash } from '../util/canonical-json.js'
import { writeFile } from '../util/files.js'
import type { ResolvedConfig, TeacherConfig } from './config.js'
import { resolvePath } from './prepare.js'

/** A teacher ready to teach, and the hash of everything that determines it. */
export interface ReadyTeacher extends Teacher {
  readonly hash: string
}

export interface TeacherContext {
  readonly registry: Registry
  readonly engine: Engine
  readonly dataset: Dataset
  /** Hash of data and limits. */
  readonly dataHash: string
  readonly baseDir: string
  /** Folder of what is trained once and used again. */
  readonly storeDir: string
  readonly signal: AbortSignal
  readonly listen: RunListener
  readonly now: () => number
}

/** Loads every teacher, or trains it with cross-entropy where no earlier run has. */
export async function readyTeachers(
  config: ResolvedConfig,
  context: TeacherContext,
): Promise<ReadyTeacher[]> {
  const ready: ReadyTeacher[] = []
  const used = new Set<string>()
  for (const teacher of config.teachers) {
    let label = teacher.model.id
    for (let i = 2; used.has(label); i++) label = `${teacher.model.id}-${i}`
    used.add(label)
    ready.push(
      'weights' in teacher ? await fromFile(teacher, label, context) : await trained(teacher, label, context),
    )
  }
  return ready
}

type FileTeacher = Extract<TeacherConfig, { weights: string }>
type TrainedTeacher = Extract<TeacherConfig, { train: unknown }>

async function fromFile(teacher: FileTeacher, label: string, context: TeacherContext): Promise<ReadyTeacher> {
  const { registry, dataset, baseDir } = context
  const file = resolvePath(baseDir, teacher.weights)
  const { definition, model, sha256 } = await loadModel(registry, teacher.model, file, dataset)
  const normalisation = teacher.normalisation ?? dataset.normalisation
  const hash = contentHash([teacher.model, sha256, normalisation])
  return { label, model, aliases: definition.taps, normalisation, hash }
}

async function trained(
  teacher: TrainedTeacher,
  label: string,
  context: TeacherContext,
): Promise<ReadyTeacher> {
  const { registry, engine, dataset, signal, listen, now } = context
  const normalisation = teacher.normalisation ?? dataset.normalisation
  const recipe = teacher.train
  const hash = contentHash([
    teacher.model,
    recipe,
    teacher.seed,
    normalisation,
    context.dataHash,
    engine.info.id,
  ])
  const folder = join(context.storeDir, hash)
  const file = join(folder, 'model.safetensors')
  const stage = `teacher-${label}`
  if (existsSync(file)) {
    const { definition, model } = await loadModel(registry, teacher.model, file, dataset)
    listen({ type: 'stage-end', stage, seconds: 0, cached: true })
    return { label, model, aliases: definition.taps, normalisation, hash }
  }
  const { definition, model } = buildModel(registry, teacher.model, dataset, teacher.seed)
  const store = createCheckpointStore(folder)
  const outcome = await trainCohort({
    stage,
    title: `teacher ${label}`,
    engine,
    hooks: registry.hooks,
    data: { train: dataset.train, test: dataset.test, shape: dataset.shape, classes: dataset.classes.length },
    teachers: [],
    arms: [
      {
        id: label,
        method: 'ce',
        seed: teacher.seed,
        model,
        aliases: definition.taps,
        objective: crossEntropyObjective(),
      },
    ],
    studentNormalisation: normalisation,
    recipe,
    seed: teacher.seed,
    checkpoints: () => store,
    resume: true,
    signal,
    listen,
    now,
  })
  const { failed, weights } = outcome.arms[0]!
  if (failed !== undefined)
    throw new UmbraError('UMBRA_DIVERGED', { subject: `teacher "${label}"`, received: failed.reason })
  await writeFile(file, encodeSafetensors(weights))
  store.clear()
  const loaded = await loadModel(registry, teacher.model, file, dataset)
  return { label, model: loaded.model, aliases: definition.taps, normalisation, hash }
}
