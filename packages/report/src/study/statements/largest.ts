import type { StudyEvidence } from '../evidence.js'
import { laddersOf, topRung } from './ladder.js'
import { averaged, chosenTemperatures, differences, meanTest, studentsOf, testBySeed } from './outcomes.js'

/** A student taught by the largest teacher of a family, and the temperature arm chosen for it on validation. */
export interface LargestCase {
  readonly student: string
  readonly family: string
  /** Trainings of the largest architecture. */
  readonly largest: readonly string[]
  /** Labels of the smaller teachers of the family. */
  readonly smaller: readonly string[]
  /** Method label of the best shared temperature over all teachers. */
  readonly method: string
}

/** Every student and family with at least two capacities. Empty where no temperature was chosen. */
export const largestCases = (evidence: StudyEvidence): LargestCase[] =>
  studentsOf(evidence).flatMap((student) => {
    const temperatures = chosenTemperatures(evidence, student)
    if (temperatures === undefined) return []
    return laddersOf(evidence)
      .filter((rungs) => rungs.length >= 2)
      .map((rungs) => ({
        student,
        family: rungs[0][0].family,
        largest: topRung(rungs).map(({ label }) => label),
        smaller: rungs.slice(0, -1).flatMap((rung) => rung.map(({ label }) => label)),
        method: temperatures.global,
      }))
  })

/** Method minus the best shared temperature with the largest teachers, seed by seed, averaged over cases. */
export function gainWithLargest(
  { arms }: StudyEvidence,
  cases: readonly LargestCase[],
  method: string,
): number[] {
  return averaged(
    cases.flatMap(({ student, largest, method: shared }) =>
      largest.map((teacher) =>
        differences(
          testBySeed(arms, { student, teacher, method }),
          testBySeed(arms, { student, teacher, method: shared }),
        ),
      ),
    ),
  )
}

/** Mean test accuracy of an arm: `80.12 %`. */
export const accuracyText = (
  { arms }: StudyEvidence,
  key: { readonly student: string; readonly teacher: string; readonly method: string },
): string => `${(100 * meanTest(arms, key)).toFixed(2)} %`
