import type { ModelShapes, StaticShapes } from '../contracts/objective.js'
import { entryOf } from './entry-of.js'
import { onlyTeacher } from './named-outputs.js'

/** Shapes of one model's outputs, with its taps by name. */
export interface NamedModelShapes extends ModelShapes {
  /** Shape of a tap, the batch dimension first. Throws UMBRA_TAP_UNKNOWN for one the objective has not asked for in `taps`. */
  readonly tap: (name: string) => readonly number[]
}

/** What `prepare` of an objective is given: all static shapes, with taps by name. */
export interface NamedShapes extends StaticShapes {
  readonly student: NamedModelShapes
  readonly teachers: readonly NamedModelShapes[]
  /** The teacher of a method with exactly one. Throws UMBRA_TEACHERS where there are none or several. */
  readonly teacher: NamedModelShapes
}

/** Shapes whose taps are looked up with an error in place of undefined. */
export function namedShapes(shapes: StaticShapes): NamedShapes {
  const teachers = shapes.teachers.map((model, i) => named(model, `teacher ${i + 1}`))
  return {
    ...shapes,
    student: named(shapes.student, 'the student'),
    teachers,
    get teacher() {
      return onlyTeacher(teachers)
    },
  }
}

const named = (model: ModelShapes, subject: string): NamedModelShapes => ({
  ...model,
  tap: (name) =>
    entryOf(model.taps, name, { code: 'UMBRA_TAP_UNKNOWN', subject: `tap "${name}" of ${subject}` }),
})
