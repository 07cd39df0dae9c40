import { mean, sampleStandardDeviation } from 'simple-statistics'
import { getOrThrow } from '../../get-or-throw.js'
import { ROUNDING } from '../../statistics/estimate.js'
import { studentQuantile } from '../../statistics/student-t.js'
import type { ArmEvidence, StudyEvidence } from '../evidence.js'
import type { Interval } from './statement.js'

/** Identifies the arms of a study that differ by seed alone. */
export interface ArmKey {
  readonly student: string
  readonly teacher: string
  readonly method: string
}

/** Test accuracy of an arm by seed. */
export const testBySeed = (arms: readonly ArmEvidence[], key: ArmKey): Map<number, number> =>
  new Map(matching(arms, key).map(({ seed, test }) => [seed, test]))

/** Mean over the seeds of an arm; NaN where there is none. */
export const meanTest = (arms: readonly ArmEvidence[], key: ArmKey): number =>
  meanOrNaN(matching(arms, key).map(({ test }) => test))

const matching = (arms: readonly ArmEvidence[], { student, teacher, method }: ArmKey): ArmEvidence[] =>
  arms.filter((arm) => arm.student === student && arm.teacher === teacher && arm.method === method)

const meanOrNaN = (values: readonly number[]): number => (values.length === 0 ? NaN : mean([...values]))

/** Students of a study, in order. */
export const studentsOf = ({ arms }: Pick<StudyEvidence, 'arms'>): string[] => [
  ...new Set(arms.map(({ student }) => student)),
]

/** Method labels of the temperature arms chosen on validation, for one student. */
export interface ChosenTemperatures {
  /** Best over all teachers. */
  readonly global: string
  readonly perTeacher: ReadonlyMap<string, string>
}

/** The temperatures with the best validation accuracy. Undefined where no images were held out. */
export function chosenTemperatures(
  { arms, methods, teachers }: Pick<StudyEvidence, 'arms' | 'methods' | 'teachers'>,
  student: string,
): ChosenTemperatures | undefined {
  const grid = methods.filter(({ role }) => role === 'temperature').map(({ label }) => label)
  const gridArms = arms.filter((arm) => arm.student === student && grid.includes(arm.method))
  if (gridArms.length === 0 || gridArms.some(({ validation }) => validation === undefined)) return undefined
  const perTeacher = teachers.flatMap(({ label }) => {
    const taught = gridArms.filter(({ teacher }) => teacher === label)
    return taught.length === 0 ? [] : [[label, bestOf(grid, taught)] as const]
  })
  return { global: bestOf(grid, gridArms), perTeacher: new Map(perTeacher) }
}

/** The method with the best mean validation accuracy over some arms; the first of equals. */
function bestOf(methods: readonly string[], arms: readonly ArmEvidence[]): string {
  const score = (label: string): number => {
    const value = meanOrNaN(
      arms.flatMap(({ method, validation }) =>
        method !== label || validation === undefined ? [] : [validation],
      ),
    )
    return Number.isNaN(value) ? -Infinity : value
  }
  return methods.reduce((a, b) => (score(b) > score(a) ? b : a))
}

/** Differences by seed, over the seeds that both have. */
export const differences = (
  a: ReadonlyMap<number, number>,
  b: ReadonlyMap<number, number>,
): Map<number, number> =>
  new Map(
    [...a].flatMap(([seed, value]) => {
      const other = b.get(seed)
      return other === undefined ? [] : [[seed, value - other] as const]
    }),
  )

/** Several differences averaged seed by seed, over the seeds common to all. */
export function averaged(all: readonly ReadonlyMap<number, number>[]): number[] {
  const [first, ...rest] = all
  if (first === undefined) return []
  return [...first.keys()]
    .filter((seed) => rest.every((other) => other.has(seed)))
    .map((seed) => mean(all.map((other) => getOrThrow(other, seed))))
}

/**
 * Mean over seeds with its 95 % t interval; several `comparisons` share the 5 % (Bonferroni). Undefined without values; no
 * interval for one value, or where all are equal.
 */
export function seedInterval(values: readonly number[], comparisons = 1): Interval | undefined {
  if (values.length === 0) return undefined
  const value = mean([...values])
  if (values.length < 2) return { value }
  const deviation = sampleStandardDeviation([...values])
  // Equal differences come from counts that happen to agree; they do not make the mean certain.
  if (deviation < ROUNDING) return { value }
  const half =
    (studentQuantile(1 - 0.025 / comparisons, values.length - 1) * deviation) / Math.sqrt(values.length)
  return { value, low: value - half, high: value + half }
}
