import type { SetName } from '../analysis-record.js'
import type { StudyEvidence } from '../evidence.js'
import { bootstrap } from './bootstrap.js'
import { laddersOf, topRung } from './ladder.js'
import { samplesOf } from './samples-of.js'
import { type Statement, decide, undecided } from './statement.js'

/** Claim 3, first half: the variance of the wrong classes rises, then falls as the teacher grows. */
export function riseAndFall(evidence: StudyEvidence, set: SetName): Statement {
  const base = {
    id: 'rise-and-fall',
    claim: 'The variance of the wrong classes’ probabilities rises, then falls as the teacher grows.',
    statistic: `how far the most distinct capacity in between lies above both ends, derived variance at temperature ${evidence.temperature}, as a share of the largest, least over families`,
    rule: 'Supported when the 95 % bootstrap interval lies above 0, not supported when it lies at or below 0 (nothing in between is above both ends); undecided otherwise, and with fewer than 3 capacities in every family.',
    set,
    plot: 'measures' as const,
  }
  const ladders = laddersOf(evidence).filter((rungs) => rungs.length >= 3)
  if (ladders.length === 0) return undecided(base, 'No family has 3 capacities.')
  const sizes = ladders.map((rungs) => rungs.length)
  const result = bootstrap({
    quantities: ladders.flat().map((rung) => rung.map((teacher) => samplesOf(teacher, set).derivedVariance)),
    statistic: (values) => {
      let at = 0
      return Math.min(...sizes.map((count) => hump(values.slice(at, (at += count)))))
    },
  })
  const ends = ladders.map((rungs) => `${rungs[0][0].label} to ${topRung(rungs)[0].label}`).join('; ')
  return {
    ...base,
    outcome: decide(result, { supported: (low) => low > 0, refuted: (_, high) => high <= 0 }),
    result,
    evidence: [
      `Ladders: ${ends}. A ladder that starts after the peak, or ends before it, shows only one side of it.`,
    ],
  }
}

/** How far the largest value in between lies above both ends, as a share of the largest of all. */
function hump(values: readonly number[]): number {
  const [first = NaN, ...rest] = values
  const last = rest.pop() ?? NaN
  return (Math.max(...rest) - Math.max(first, last)) / Math.max(...values)
}
