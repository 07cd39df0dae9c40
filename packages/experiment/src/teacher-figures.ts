import { type Evaluation, z } from '@umbra/core'
import {
  type TeacherFigures,
  createEvaluator,
  evaluateLogits,
  orInterrupted,
  tapModel,
  teacherFiguresSchema,
  weightVariable,
} from '@umbra/core/trainer'
import type { Run } from './execute/run.js'
import type { MeasureContext } from './teachers/measure.js'
import { teacherLogits } from './teachers/teacher-logits.js'
import type { ReadyTeacher } from './teachers/train-once.js'

/** Entry of a teacher in `teachers.json`. */
const teacherResultSchema = teacherFiguresSchema.extend({ hash: z.string(), sha256: z.string() })
const fileSchema = z.object({ teachers: teacherResultSchema.array() })
type TeacherResult = z.output<typeof teacherResultSchema>

/**
 * Evaluates the teachers of all pairs on the test set, once each: teachers are finished before any student starts, and
 * nothing is chosen by the figures. Those of earlier sessions are read from `teachers.json`.
 */
export async function teacherFigures(run: Run): Promise<Map<string, TeacherFigures[]>> {
  const { folder, listen } = run
  const stored = folder.readJson('teachers.json', (text) => listen({ type: 'notice', text }))
  const rows = fileSchema.safeParse(stored).data?.teachers ?? []
  const figures = new Map<string, TeacherFigures[]>()
  for (const [pair, teachers] of run.teachers) {
    const list: TeacherFigures[] = []
    for (const teacher of teachers) {
      let row = rows.find(({ hash, sha256 }) => hash === teacher.hash && sha256 === teacher.sha256)
      if (row === undefined) {
        row = await measured(teacher, run)
        rows.push(row)
      }
      const { label, parameters, evaluation, measures } = row
      list.push({ label, parameters, evaluation, ...(measures === undefined ? {} : { measures }) })
    }
    figures.set(pair, list)
  }
  await folder.writeJson('teachers.json', { teachers: rows })
  return figures
}

async function measured(teacher: ReadyTeacher, run: Run): Promise<TeacherResult> {
  const { label, hash, sha256, model } = teacher
  const evaluation = await evaluateTeacher(teacher, run)
  run.listen({ type: 'notice', text: `teacher ${label}: ${(100 * evaluation.top1).toFixed(2)} % top-1` })
  const measures = await run.measureTeacher?.(teacher, measureContext(run))
  return {
    ...{ label, hash, sha256, parameters: model.countParams(), evaluation },
    ...(measures === undefined ? {} : { measures: { ...measures } }),
  }
}

const measureContext = ({ experiment, name, signal, listen }: Run): MeasureContext => ({
  ...experiment,
  run: name,
  signal,
  listen,
})

/** In the precision in which the teacher teaches; in float32 from the logits that its measures are made of as well. */
async function evaluateTeacher(teacher: ReadyTeacher, run: Run): Promise<Evaluation> {
  const { signal, listen } = run
  const { config, dataset, engine } = run.experiment
  const { label, model, aliases, normalisation } = teacher
  const precision = config.teacherPrecision
  if (precision === 'float32') {
    const logits = await teacherLogits(teacher, 'test', measureContext(run))
    return evaluateLogits(logits, dataset.test.labels, dataset.classes.length)
  }
  listen({ type: 'notice', text: `evaluating teacher ${label} on ${dataset.test.count} test images` })
  const tapped = tapModel(model, [], aliases, `teacher "${label}"`)
  const frozen = { weights: model.weights.map(weightVariable), precision }
  const evaluator = createEvaluator(tapped, { engine, shape: dataset.shape, normalisation, teacher: frozen })
  return evaluator.evaluate(dataset.test, signal).catch(orInterrupted(signal)).finally(evaluator.dispose)
}
