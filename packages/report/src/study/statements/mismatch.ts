import { mean } from 'simple-statistics'
import type { ArmEvidence, StudyEvidence } from '../evidence.js'
import { type LargestCase, accuracyText, largestCases } from './largest.js'
import { averaged, differences, seedInterval, testBySeed } from './outcomes.js'
import { type Statement, decide, undecided } from './statement.js'

/** Capacity mismatch: the largest teacher teaches worse than a smaller one. */
export function mismatch(evidence: StudyEvidence): Statement {
  const base = {
    id: 'mismatch',
    claim: 'The largest teacher teaches worse than a smaller one (capacity mismatch).',
    statistic:
      'test accuracy with the largest teacher minus that with the smaller one that was best on validation, best shared temperature, paired by seed, mean over students and families',
    rule: 'Supported when the 95 % t interval over seeds lies below 0, not supported when it lies at or above 0; undecided otherwise, and with fewer than 2 seeds.',
    unit: 'accuracy' as const,
    plot: 'students' as const,
  }
  const cases = largestCases(evidence)
  if (cases.length === 0)
    return undecided(
      base,
      'No student was taught by teachers of two capacities at temperatures chosen on validation.',
    )
  const paired = cases.flatMap((largestCase) => {
    const { student, largest, method } = largestCase
    const rival = bestSmaller(evidence.arms, largestCase)
    if (rival === undefined) return []
    const of = (teacher: string) => testBySeed(evidence.arms, { student, teacher, method })
    const rivals = of(rival)
    return largest.map((teacher) => ({
      student,
      method,
      teacher,
      rival,
      gap: differences(of(teacher), rivals),
    }))
  })
  const result = seedInterval(averaged(paired.map(({ gap }) => gap)))
  if (result === undefined) return undecided(base, 'No seed finished with both teachers.')
  return {
    ...base,
    outcome: decide(result, { supported: (_, high) => high < 0, refuted: (low) => low >= 0 }),
    result,
    evidence: paired.map(({ student, method, teacher, rival }) => {
      const text = (label: string) =>
        `${label} ${accuracyText(evidence, { student, teacher: label, method })}`
      return `${student} with ${method}: ${text(teacher)}, ${text(rival)}.`
    }),
  }
}

function bestSmaller(
  arms: readonly ArmEvidence[],
  { student, smaller, method }: LargestCase,
): string | undefined {
  const score = (teacher: string): number => {
    const seeds = arms.filter((a) => a.student === student && a.teacher === teacher && a.method === method)
    return seeds.length === 0 ? -Infinity : mean(seeds.map(({ validation }) => validation ?? -Infinity))
  }
  const best = smaller.reduce<string | undefined>(
    (a, b) => (a === undefined || score(b) > score(a) ? b : a),
    undefined,
  )
  return best === undefined || score(best) === -Infinity ? undefined : best
}
