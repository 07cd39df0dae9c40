import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { type Dataset, type Normalisation, UmbraError } from '@umbra/core'
import { canonicalJson } from '@umbra/core/files'
import { uniqueNames } from '@umbra/core/trainer'
import { resolvePath } from '../config/check-config.js'
import type { TeacherConfig } from '../config/experiment-config.js'
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
  readonly dataset: Pick<Dataset, 'normalisation'>
}

/** Identifies teachers by their configuration, their weight files and the data. Throws UMBRA_FILE_MISSING. */
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
    const facts = { model, recipe, seed, normalisation, identity: TEACHER_OBJECTIVE, teachers: [] }
    return trainedModelHash(facts, context)
  }
  const { weights, key, prefix } = teacher
  const sha256 = await fileSha256(resolvePath(context.baseDir, weights))
  // A file may hold several sets of weights.
  const part = key === undefined && prefix === undefined ? '' : `#${canonicalJson({ key, prefix })}`
  return loadedModelHash(model, sha256 + part, normalisation, context.registry)
}

async function fileSha256(file: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    await pipeline(createReadStream(file), hash)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause
    throw new UmbraError('UMBRA_FILE_MISSING', { subject: `weight file ${file}`, received: 'no such file' })
  }
  return hash.digest('hex')
}
