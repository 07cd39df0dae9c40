import { spread, type Spread } from '../spread.js'
import type { StudyRecord } from './study-record.js'

/** Accuracy of a student over its seeds with one method and one teacher; the teacher is empty where there is none. */
export interface StudentRow {
  readonly student: string
  readonly method: string
  readonly teacher: string
  readonly accuracy: Spread
}

export const BEST_GLOBAL = 'best shared temperature'
export const BEST_PER_TEACHER = 'best temperature a teacher'

/** Rows of one student: every arm, and the shared temperatures chosen on validation. */
export function studentRows({ arms, methods, teachers, chosen }: StudyRecord, student: string): StudentRow[] {
  const of = (method: string, teacher: string, name = method): StudentRow[] => {
    const own = arms.filter((a) => a.student === student && a.method === method && a.teacher === teacher)
    const accuracy = spread(own.map(({ test }) => test))
    return accuracy === undefined ? [] : [{ student, method: name, teacher, accuracy }]
  }
  const labels = teachers.map(({ label }) => label)
  const choice = chosen.find((own) => own.student === student)
  return [
    ...(choice === undefined
      ? []
      : [
          ...labels.flatMap((teacher) => of(choice.global, teacher, BEST_GLOBAL)),
          ...labels.flatMap((teacher) => of(choice.perTeacher[teacher] ?? '', teacher, BEST_PER_TEACHER)),
        ]),
    ...methods.flatMap(({ label }) => ['', ...labels].flatMap((teacher) => of(label, teacher))),
  ]
}
