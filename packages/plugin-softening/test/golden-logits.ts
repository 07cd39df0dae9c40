import type { ObjectiveCase } from '@umbra/core/testing'
import { type GoldenCase, rows } from '@umbra/testing'
import { entryOf } from '@umbra/core'

/** The logits and labels of a published case. */
export const goldenLogits = ({ inputs, labels }: GoldenCase): ObjectiveCase => ({
  student: rows(entryOf(inputs, 'student_logits')),
  teachers: [rows(entryOf(inputs, 'teacher_logits'))],
  labels,
})
