import type { PairFigures } from '@umbra/core/trainer'
import { PUBLISHED_PAIRS, type PublishedPair } from './published-results.js'

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '')

/** Published results of a pair of one teacher and one student, matched by name. */
export function findPublished(
  dataset: string,
  { teachers, student }: PairFigures,
): PublishedPair | undefined {
  const [teacher, ...others] = teachers
  if (teacher === undefined || others.length > 0) return undefined
  return PUBLISHED_PAIRS.find(
    (pair) =>
      plain(pair.dataset) === plain(dataset) &&
      plain(pair.teacher) === plain(teacher.label) &&
      plain(pair.student) === plain(student.label),
  )
}
