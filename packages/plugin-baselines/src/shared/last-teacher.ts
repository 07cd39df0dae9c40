import { UmbraError } from '@umbra/core'

/** The last model of a chain: the assistant trained last, or the teacher itself. Throws UMBRA_TEACHERS if there is none. */
export function lastTeacher<T>(teachers: readonly T[]): T {
  const last = teachers.at(-1)
  if (last !== undefined) return last
  throw new UmbraError('UMBRA_TEACHERS', {
    subject: 'the chain of teachers',
    expected: 'a teacher, or an assistant',
    received: 'none',
  })
}
