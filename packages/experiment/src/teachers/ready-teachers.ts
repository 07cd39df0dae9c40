import { crossEntropyObjective, loadModel, uniqueNames } from '@umbra/core/trainer'
import { contentHash } from '@umbra/core/files'
import type { PairConfig, TeacherConfig } from '../config/experiment-config.js'
import { resolvePath } from '../config/check-config.js'
import { type ReadyTeacher, type StageContext, trainOnce } from './train-once.js'

export interface TeacherContext extends StageContext {
  readonly baseDir: string
}

/** Loads every teacher, or trains it with cross-entropy where no earlier run has. */
export async function readyTeachers(
  { teachers }: Pick<PairConfig, 'teachers'>,
  context: TeacherContext,
): Promise<ReadyTeacher[]> {
  const ready: ReadyTeacher[] = []
  const labels = teacherLabels(teachers)
  for (const [i, teacher] of teachers.entries()) ready.push(await readyTeacher(teacher, labels[i]!, context))
  return ready
}

/** The models' ids, with a number behind those that stood before. */
export const teacherLabels = (teachers: readonly Pick<TeacherConfig, 'model'>[]): string[] =>
  uniqueNames(teachers.map(({ model }) => model.id))

async function readyTeacher(
  teacher: TeacherConfig,
  label: string,
  context: TeacherContext,
): Promise<ReadyTeacher> {
  const normalisation = teacher.normalisation ?? context.dataset.normalisation
  if ('train' in teacher)
    return trainOnce(
      {
        role: 'teacher',
        label,
        model: teacher.model,
        method: 'ce',
        objective: crossEntropyObjective(),
        identity: 'ce',
        teachers: [],
        recipe: teacher.train,
        seed: teacher.seed,
        normalisation,
      },
      context,
    )
  const file = resolvePath(context.baseDir, teacher.weights)
  const { definition, model, sha256 } = await loadModel(
    context.registry,
    teacher.model,
    file,
    context.dataset,
  )
  const hash = contentHash([teacher.model, sha256, normalisation])
  return { label, model, aliases: definition.taps, normalisation, hash }
}
