import {
  type TeacherFigures,
  createEvaluator,
  evaluateLogits,
  orInterrupted,
  tapModel,
  weightVariable,
} from '@umbra/core/trainer'
import type { Evaluation } from '@umbra/core'
import { teacherResultSchema, type TeacherResult } from './store/arm-result.js'
import type { MeasureContext } from './teachers/measure.js'
import type { Session } from './execute/session.js'
import { teacherLogits } from './teachers/teacher-logits.js'
import type { ReadyTeacher } from './teachers/train-once.js'

/**
 * Evaluates the teachers of all pairs on the test set, once each: a teacher is finished before any student starts, and
 * nothing is chosen by the figure. What an earlier session has evaluated is in `teachers.json`.
 */
export async function teacherFigures(session: Session): Promise<Map<string, TeacherFigures[]>> {
  const { folder, listen, teachers } = session
  const cached = teacherResultSchema.array().safeParse(folder.readJson('teachers.json'))
  const rows: TeacherResult[] = [...(cached.data ?? [])]
  const figures = new Map<string, TeacherFigures[]>()
  for (const [pair, own] of teachers) {
    const list: TeacherFigures[] = []
    for (const teacherOf of own) {
      const { label, model, hash } = teacherOf
      let row = rows.find((known) => known.hash === hash)
      if (row === undefined) {
        const evaluation = await evaluateTeacher(teacherOf, session)
        listen({ type: 'notice', text: `teacher ${label}: ${(100 * evaluation.top1).toFixed(2)} % top-1` })
        const found = await session.measureTeacher?.(teacherOf, measureContext(session))
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

const measureContext = (session: Session): MeasureContext => ({ ...session, storeDir: session.job.storeDir })

/** In the precision in which the teacher teaches; in float32 from the logits that its measures are made of as well. */
async function evaluateTeacher(teacher: ReadyTeacher, session: Session): Promise<Evaluation> {
  const { config, dataset, engine, signal, listen } = session
  const { label, model, aliases, normalisation } = teacher
  const precision = config.teacherPrecision
  if (precision === 'float32') {
    const logits = await teacherLogits(teacher, 'test', measureContext(session))
    return evaluateLogits(logits, dataset.test.labels, dataset.classes.length)
  }
  listen({ type: 'notice', text: `evaluating teacher ${label} on ${dataset.test.count} test images` })
  const tapped = tapModel(model, [], aliases, `teacher "${label}"`)
  const frozen = { weights: model.weights.map(weightVariable), precision }
  const evaluator = createEvaluator(tapped, { engine, shape: dataset.shape, normalisation, teacher: frozen })
  return evaluator.evaluate(dataset.test, signal).catch(orInterrupted(signal)).finally(evaluator.dispose)
}
