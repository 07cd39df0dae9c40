import { type StaticShapes, UmbraError } from '@umbra/core'

/** Refuses a teacher whose logits are not of the student's classes. Throws UMBRA_CLASSES. */
export function sameClasses({ classes, teachers }: Pick<StaticShapes, 'classes' | 'teachers'>): void {
  const odd = teachers.findIndex(({ logits }) => logits.at(-1) !== classes)
  if (odd === -1) return
  throw new UmbraError('UMBRA_CLASSES', {
    subject: `logits of teacher ${odd + 1}`,
    expected: `${classes} classes, as the data set has`,
    received: String(teachers[odd]!.logits.at(-1)),
    remedy: 'Use a teacher trained on the same classes as the student',
  })
}
