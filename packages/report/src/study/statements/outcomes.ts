import quantile from '@stdlib/stats-base-dists-t-quantile'
import { mean, sampleStandardDeviation } from 'simple-statistics'
import { ROUNDING } from '../../statistics/estimate.js'
import type { ArmEvidence, StudyEvidence } from '../evidence.js'
import type { Interval } from './statement.js'

/** Where arms of a study are to be found. */
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

/** Method labels of the temperature arms chosen on validation, for one student. Undefined where nothing was held out. */
export interface ChosenTemperatures {
  /** Best over all teachers. */
  readonly global: string
  readonly perTeacher: ReadonlyMap<string, string>
}

export function chosenTemperatures(
  { arms, methods, teachers }: Pick<StudyEvidence, 'arms' | 'methods' | 'teachers'>,
  student: string,
): ChosenTemperatures | undefined {
  const grid = methods.filter(({ role }) => role === 'temperature').map(({ label }) => label)
  const own = arms.filter((arm) => arm.student === student && grid.includes(arm.method))
  if (own.length === 0 || own.some(({ validation }) => validation === undefined)) return undefined
  const best = (some: readonly ArmEvidence[]): string => {
    const score = (label: string): number => {
      const value = meanOrNaN(some.filter(({ method }) => method === label).map((arm) => arm.validation!))
      return Number.isNaN(value) ? -Infinity : value
    }
    return grid.reduce((a, b) => (score(b) > score(a) ? b : a))
  }
  const perTeacher = teachers.flatMap(({ label }) => {
    const some = own.filter(({ teacher }) => teacher === label)
    return some.length === 0 ? [] : [[label, best(some)] as const]
  })
  return { global: best(own), perTeacher: new Map(perTeacher) }
}

/** Differences by seed, of the seeds that both have. */
export const differences = (
  a: ReadonlyMap<number, number>,
  b: ReadonlyMap<number, number>,
): Map<number, number> =>
  new Map([...a].flatMap(([seed, value]) => (b.has(seed) ? [[seed, value - b.get(seed)!] as const] : [])))

/** Several differences averaged seed by seed, over the seeds that all have. */
export function averaged(all: readonly ReadonlyMap<number, number>[]): number[] {
  const [first, ...rest] = all
  if (first === undefined) return []
  return [...first.keys()]
    .filter((seed) => rest.every((other) => other.has(seed)))
    .map((seed) => mean(all.map((other) => other.get(seed)!)))
}

/**
 * Mean over seeds with its t interval; `comparisons` made at once share the 5 % (Bonferroni). Undefined without a value; without an
 * interval where there is one value, or all are the same.
 */
export function seedInterval(values: readonly number[], comparisons = 1): Interval | undefined {
  if (values.length === 0) return undefined
  const value = mean([...values])
  if (values.length < 2) return { value }
  const deviation = sampleStandardDeviation([...values])
  // Differences that are all the same come of counts that happen to be equal; they do not make a mean certain.
  if (deviation < ROUNDING) return { value }
  const half = (quantile(1 - 0.025 / comparisons, values.length - 1) * deviation) / Math.sqrt(values.length)
  return { value, low: value - half, high: value + half }
}
