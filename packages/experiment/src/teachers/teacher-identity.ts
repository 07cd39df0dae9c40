import type { Dataset, Normalisation } from '@umbra/core'
import { type Registry, loadModel, uniqueNames } from '@umbra/core/trainer'
import { resolvePath } from '../config/check-config.js'
import type { TeacherConfig } from '../config/experiment-config.js'
import { modelContent } from '../identity/model-content.js'
import type { Operations } from '../operations/operations.js'
import { type ResultBasis, loadedModelHash, trainedModelHash } from '../store/result-hashes.js'

/** Identity of a teacher, known before it is loaded or trained. */
export interface TeacherIdentity {
  readonly label: string
  readonly config: TeacherConfig
  readonly normalisation: Normalisation
  /** Hash of everything that determines it. */
  readonly hash: string
}

/** What the identity of teachers depends on, apart from their configuration. */
export interface IdentityContext extends ResultBasis {
  /** Folder against which paths of the configuration are resolved. */
  readonly baseDir: string
  readonly registry: Registry
  readonly operations: Pick<Operations, 'teacher'>
  readonly dataset: Pick<Dataset, 'normalisation' | 'shape' | 'classes'>
}

/** Identifies teachers by their configuration, their weights as read and the data. Throws what reading weights throws. */
export async function identifyTeachers(
  teachers: readonly TeacherConfig[],
  context: IdentityContext,
): Promise<TeacherIdentity[]> {
  const labels = teacherLabels(teachers)
  const identities: TeacherIdentity[] = []
  for (const [i, config] of teachers.entries()) {
    const normalisation = config.normalisation ?? context.dataset.normalisation
    const hash = await hashOf(config, normalisation, context)
    identities.push({ label: labels[i]!, config, normalisation, hash })
  }
  return identities
}

/** What determines the objective of a teacher that is trained here: cross-entropy. */
export const TEACHER_OBJECTIVE = 'ce'

/** The models' ids, with a number appended to repeated ones. */
export const teacherLabels = (teachers: readonly Pick<TeacherConfig, 'model'>[]): string[] =>
  uniqueNames(teachers.map(({ model }) => model.id))

async function hashOf(
  teacher: TeacherConfig,
  normalisation: Normalisation,
  context: IdentityContext,
): Promise<string> {
  const { model } = teacher
  if ('train' in teacher) {
    const { train: recipe, seed } = teacher
    const operations = context.operations.teacher(model, recipe.batch)
    const facts = {
      model,
      recipe,
      seed,
      normalisation,
      identity: TEACHER_OBJECTIVE,
      teachers: [],
      operations,
    }
    return trainedModelHash(facts, context)
  }
  const { weights, key, prefix } = teacher
  const file = resolvePath(context.baseDir, weights)
  // What the file says once it is read, whatever its format and the names in it.
  const loaded = await loadModel(context.registry, model, file, context.dataset, { key, prefix })
  try {
    return loadedModelHash(model, await modelContent(loaded.model), normalisation, context)
  } finally {
    loaded.model.dispose()
  }
}
