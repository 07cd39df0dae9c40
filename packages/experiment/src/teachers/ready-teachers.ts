import { crossEntropyObjective, loadModel } from '@umbra/core/trainer'
import { resolvePath } from '../config/check-config.js'
import { TEACHER_OBJECTIVE, type TeacherIdentity } from './teacher-identity.js'
import { type ReadyTeacher, type StageContext, trainOnce } from './train-once.js'

/** Where teachers are made ready. */
export interface TeacherContext extends StageContext {
  readonly baseDir: string
}

/** Loads every teacher, or trains it with cross-entropy if no earlier run has. */
export async function readyTeachers(
  teachers: readonly TeacherIdentity[],
  context: TeacherContext,
): Promise<ReadyTeacher[]> {
  const ready: ReadyTeacher[] = []
  try {
    for (const teacher of teachers) ready.push(await readyTeacher(teacher, context))
    return ready
  } catch (error) {
    for (const { model } of ready) model.dispose()
    throw error
  }
}

async function readyTeacher(
  { label, config, normalisation, hash }: TeacherIdentity,
  context: TeacherContext,
): Promise<ReadyTeacher> {
  if ('train' in config) {
    const { model, train: recipe, seed } = config
    return trainOnce(
      {
        ...{ role: 'teacher', label, model, recipe, seed, normalisation, hash },
        method: TEACHER_OBJECTIVE,
        objective: crossEntropyObjective(),
        teachers: [],
      },
      context,
    )
  }
  const { key, prefix } = config
  const file = resolvePath(context.baseDir, config.weights)
  const notice = (text: string): void => context.listen({ type: 'notice', text })
  const options = { key, prefix, notice }
  const { definition, model, sha256 } = await loadModel(
    context.registry,
    config.model,
    file,
    context.dataset,
    options,
  )
  return { label, model, aliases: definition.taps, normalisation, hash, sha256 }
}
