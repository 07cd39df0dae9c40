import type { TeacherFigures } from '../contracts/comparison-record.js'
import { tapModel } from '../model/tapped-model.js'
import { weightVariable } from '../model/weight-variable.js'
import { createEvaluator } from '../trainer/evaluator.js'
import { orInterrupted } from '../trainer/interrupted.js'
import { teacherResultSchema, type TeacherResult } from './result.js'
import type { Session } from './session.js'

/**
 * Evaluates the teachers of all pairs on the test set, once each: a teacher is finished before any student starts, and
 * nothing is chosen by the figure. What an earlier session has evaluated is in `teachers.json`.
 */
export async function teacherFigures(session: Session): Promise<Map<string, TeacherFigures[]>> {
  const { folder, config, dataset, engine, signal, listen, teachers } = session
  const cached = teacherResultSchema.array().safeParse(folder.readJson('teachers.json'))
  const rows: TeacherResult[] = [...(cached.data ?? [])]
  const figures = new Map<string, TeacherFigures[]>()
  for (const [pair, own] of teachers) {
    const list: TeacherFigures[] = []
    for (const teacherOf of own) {
      const { label, model, aliases, normalisation, hash } = teacherOf
      let row = rows.find((known) => known.hash === hash)
      if (row === undefined) {
        listen({ type: 'notice', text: `evaluating teacher ${label} on ${dataset.test.count} test images` })
        const tapped = tapModel(model, [], aliases, `teacher "${label}"`)
        const teacher = { weights: model.weights.map(weightVariable), precision: config.teacherPrecision }
        const evaluator = createEvaluator(tapped, { engine, shape: dataset.shape, normalisation, teacher })
        const evaluation = await evaluator
          .evaluate(dataset.test, signal)
          .catch(orInterrupted(signal))
          .finally(evaluator.dispose)
        listen({ type: 'notice', text: `teacher ${label}: ${(100 * evaluation.top1).toFixed(2)} % top-1` })
        const found = await session.measureTeacher?.(teacherOf, {
          ...session,
          storeDir: session.job.storeDir,
        })
        row = {
          ...{ label, hash, parameters: model.countParams(), evaluation },
          ...(found === undefined ? {} : { measures: { ...found } }),
        }
        rows.push(row)
      }
      const { parameters, evaluation, measures } = row
      list.push({ label, parameters, evaluation, ...(measures === undefined ? {} : { measures }) })
    }
    figures.set(pair, list)
  }
  await folder.writeJson('teachers.json', rows)
  return figures
}
