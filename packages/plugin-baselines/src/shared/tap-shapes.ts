import { type NamedShapes, UmbraError } from '@umbra/core'
import { type AtLeastOne, mapAll } from './at-least-one.js'
import type { TapOptions } from './feature-options.js'
import { zip } from './zip.js'

/** Names of two features that are compared. */
export interface TapPair {
  readonly studentTap: string
  readonly teacherTap: string
}

/** The same with their static shapes, the batch dimension first. */
export interface ShapePair extends TapPair {
  readonly student: readonly number[]
  readonly teacher: readonly number[]
}

/** The i-th tap of the student with the i-th of the teacher. Throws UMBRA_OPTION if their numbers differ. */
export function tapPairs({ studentTaps, teacherTaps }: TapOptions): AtLeastOne<TapPair> {
  if (studentTaps.length === teacherTaps.length) {
    const [first, ...rest] = zip(studentTaps, teacherTaps)
    const named = ([studentTap, teacherTap]: readonly [string, string]): TapPair => ({
      studentTap,
      teacherTap,
    })
    if (first !== undefined) return mapAll([first, ...rest], named)
  }
  throw new UmbraError('UMBRA_OPTION', {
    subject: 'options "studentTaps" and "teacherTaps"',
    expected: 'one tap or more, the same number for teacher and student',
    received: `${teacherTaps.length} and ${studentTaps.length}`,
  })
}

/** The shapes of each pair of taps. */
export const shapePairs = (
  pairs: AtLeastOne<TapPair>,
  { student, teacher }: NamedShapes,
): AtLeastOne<ShapePair> =>
  mapAll(pairs, ({ studentTap, teacherTap }) => ({
    studentTap,
    teacherTap,
    student: student.tap(studentTap),
    teacher: teacher.tap(teacherTap),
  }))

/** Refuses pairs that are not feature maps `[batch, height, width, channels]`. Throws UMBRA_TAP_SHAPE. */
export function requireMaps(pairs: readonly ShapePair[]): void {
  for (const pair of pairs)
    if (pair.student.length !== 4 || pair.teacher.length !== 4)
      throw tapShape(pair, 'feature maps [batch, height, width, channels]', 'Tap a layer before pooling')
}

/** Refuses batches too small for a loss on relations. Throws UMBRA_TAP_SHAPE. */
export function requireBatch(pairs: readonly ShapePair[], least: number): void {
  for (const pair of pairs) {
    const [batch = 0] = pair.student
    if (batch < least) throw tapShape(pair, `batches of at least ${least} examples`, 'Raise the batch size')
  }
}

const tapShape = (
  { studentTap, teacherTap, student, teacher }: ShapePair,
  expected: string,
  remedy: string,
): UmbraError =>
  new UmbraError('UMBRA_TAP_SHAPE', {
    subject: `tap "${studentTap}" of the student and "${teacherTap}" of the teacher`,
    expected,
    received: `[${student.join(', ')}] and [${teacher.join(', ')}]`,
    remedy,
  })
