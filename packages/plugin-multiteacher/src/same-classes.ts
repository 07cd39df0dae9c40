import { type Prepared, type StaticShapes, UmbraError } from '@umbra/core'

/** Refuses a teacher whose logits are not the student's shape. Throws UMBRA_CLASSES. */
export function sameClasses({ student, teachers }: StaticShapes): Prepared {
  const expected = student.logits.at(-1)
  const index = teachers.findIndex((teacher) => teacher.logits.at(-1) !== expected)
  if (index < 0) return {}
  throw new UmbraError('UMBRA_CLASSES', {
    subject: `logits of teacher ${index + 1}`,
    expected: `${expected} classes, as the student has`,
    received: `${teachers[index]!.logits.at(-1)}`,
    remedy: 'Use a teacher trained on the same classes as the student',
  })
}
