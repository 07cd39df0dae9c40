import type { StudyEvidence, TeacherEvidence } from '../evidence.js'

/** One capacity of a family: one architecture, trained once or several times. */
export type Rung = readonly TeacherEvidence[]

/** Rungs of each family, the smallest first. */
export function laddersOf({ teachers }: Pick<StudyEvidence, 'teachers'>): readonly (readonly Rung[])[] {
  return grouped(teachers, ({ family }) => family).map((members) =>
    grouped(members, ({ architecture }) => architecture).sort(([a], [b]) => a!.parameters - b!.parameters),
  )
}

/** Groups of equal key, in the order of their first members. */
function grouped<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return [...groups.values()]
}
