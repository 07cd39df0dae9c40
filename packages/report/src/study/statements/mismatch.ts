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
      'There are no students taught at temperatures chosen on validation by teachers of two capacities.',
    )
  const paired = cases.flatMap((own) => {
    const rival = bestSmaller(evidence.arms, own)
    if (rival === undefined) return []
    const of = (teacher: string) =>
      testBySeed(evidence.arms, { student: own.student, teacher, method: own.method })
    const rivals = of(rival)
    return own.largest.map((teacher) => ({ own, teacher, rival, gap: differences(of(teacher), rivals) }))
  })
  const result = seedInterval(averaged(paired.map(({ gap }) => gap)))
  if (result === undefined) return undecided(base, 'No seed was finished with both teachers.')
  return {
    ...base,
    outcome: decide(result, { supported: (_, high) => high < 0, refuted: (low) => low >= 0 }),
    result,
    evidence: paired.map(({ own: { student, method }, teacher, rival }) => {
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
    const own = arms.filter((a) => a.student === student && a.teacher === teacher && a.method === method)
    return own.length === 0 ? -Infinity : mean(own.map(({ validation }) => validation ?? -Infinity))
  }
  const best = smaller.reduce<string | undefined>(
    (a, b) => (a === undefined || score(b) > score(a) ? b : a),
    undefined,
  )
  return best === undefined || score(best) === -Infinity ? undefined : best
}
