import { type StaticShapes, UmbraError } from '@umbra/core'
import type { TapOptions } from './feature-options.js'

/** Static shapes of two features that are compared, the batch dimension first. */
export interface ShapePair {
  readonly studentTap: string
  readonly teacherTap: string
  readonly student: readonly number[]
  readonly teacher: readonly number[]
}

/** The shapes of each pair of taps. */
export const shapePairs = (
  { studentTaps, teacherTaps }: TapOptions,
  { student, teachers }: StaticShapes,
): ShapePair[] =>
  studentTaps.map((studentTap, i) => {
    const teacherTap = teacherTaps[i]!
    return {
      studentTap,
      teacherTap,
      student: student.taps[studentTap]!,
      teacher: teachers[0]!.taps[teacherTap]!,
    }
  })

/** Refuses pairs that are not feature maps `[batch, height, width, channels]`. Throws UMBRA_TAP_SHAPE. */
export function requireMaps(pairs: readonly ShapePair[]): void {
  for (const pair of pairs)
    if (pair.student.length !== 4 || pair.teacher.length !== 4)
      throw tapShape(pair, 'feature maps [batch, height, width, channels]', 'Tap a layer before pooling')
}

/** Refuses batches too small for a loss on relations. Throws UMBRA_TAP_SHAPE. */
export function requireBatch(pairs: readonly ShapePair[], least: number): void {
  for (const pair of pairs)
    if (pair.student[0]! < least)
      throw tapShape(pair, `batches of at least ${least} examples`, 'Raise the batch size')
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
