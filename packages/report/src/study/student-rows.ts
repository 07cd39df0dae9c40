import { spread, type Spread } from '../spread.js'
import type { StudyRecord } from './study-record.js'

/** Accuracy of a student over its seeds with one method and one teacher; an empty text for no teacher. */
export interface StudentRow {
  readonly student: string
  readonly method: string
  readonly teacher: string
  readonly accuracy: Spread
}

export const BEST_GLOBAL = 'best shared temperature'
const BEST_PER_TEACHER = 'best temperature per teacher'

/** Rows of one student: every arm, and the shared temperatures chosen on validation. */
export function studentRows(record: StudyRecord, student: string): StudentRow[] {
  const { arms, methods, teachers } = record
  const of = (method: string, teacher: string, name = method): StudentRow[] => {
    const seeds = arms.filter((a) => a.student === student && a.method === method && a.teacher === teacher)
    const accuracy = spread(seeds.map(({ test }) => test))
    return accuracy === undefined ? [] : [{ student, method: name, teacher, accuracy }]
  }
  const labels = teachers.map(({ label }) => label)
  const best = record.chosen.find((temperatures) => temperatures.student === student)
  return [
    ...(best === undefined
      ? []
      : [
          ...labels.flatMap((teacher) => of(best.global, teacher, BEST_GLOBAL)),
          ...labels.flatMap((teacher) => of(best.perTeacher[teacher] ?? '', teacher, BEST_PER_TEACHER)),
        ]),
    ...methods.flatMap(({ label }) => ['', ...labels].flatMap((teacher) => of(label, teacher))),
  ]
}
