import type { PairFigures } from '@umbra/core/trainer'

/** Who teaches whom: `teacher resnet56, student resnet20`. Often both have the same name, so the roles are said. */
export function pairTitle({ teachers, student }: Pick<PairFigures, 'teachers' | 'student'>): string {
  const names = teachers.map(({ label }) => label).join(' + ')
  return names === ''
    ? `student ${student.label}`
    : `teacher${teachers.length > 1 ? 's' : ''} ${names}, student ${student.label}`
}
