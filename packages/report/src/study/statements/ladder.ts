import type { StudyEvidence, TeacherEvidence } from '../evidence.js'

type NonEmpty<T> = readonly [T, ...T[]]

/** One capacity of a family: one architecture, trained once or several times. */
export type Rung = NonEmpty<TeacherEvidence>

/** The rungs of one family, the smallest first. */
export type Ladder = NonEmpty<Rung>

export function laddersOf({ teachers }: Pick<StudyEvidence, 'teachers'>): readonly Ladder[] {
  const [first, ...others] = teachers
  if (first === undefined) return []
  return grouped([first, ...others], ({ family }) => family).map((members) =>
    grouped(members, ({ architecture }) => architecture).sort(([a], [b]) => a.parameters - b.parameters),
  )
}

/** The largest capacity of a family. */
export const topRung = (ladder: Ladder): Rung => ladder.at(-1) ?? ladder[0]

/** Groups of equal key, in the order of their first members. */
function grouped<T>(
  [first, ...others]: NonEmpty<T>,
  keyOf: (item: T) => string,
): [[T, ...T[]], ...[T, ...T[]][]] {
  const start: [T, ...T[]] = [first]
  const groups: [[T, ...T[]], ...[T, ...T[]][]] = [start]
  const byKey = new Map([[keyOf(first), start]])
  for (const item of others) {
    const key = keyOf(item)
    const group = byKey.get(key)
    if (group !== undefined) {
      group.push(item)
      continue
    }
    const opened: [T, ...T[]] = [item]
    byKey.set(key, opened)
    groups.push(opened)
  }
  return groups
}
