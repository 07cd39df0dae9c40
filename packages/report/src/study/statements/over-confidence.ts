import type { SetName } from '../analysis-record.js'
import type { StudyEvidence } from '../evidence.js'
import { figure } from '../figures.js'
import { bootstrap } from './bootstrap.js'
import { meanOf } from './distinctness.js'
import { laddersOf } from './ladder.js'
import { type Statement, decide, undecided } from './statement.js'

const SHARE = 0.5

/**
 * Claim 5: the cause is confidence in the true class. From `log v(q) = 2 log(1 - p_y) + log v(q~)`: how much of the loss of
 * distinctness from the smallest to the largest teacher comes from the first term.
 */
export function overConfidence(evidence: StudyEvidence, set: SetName): Statement {
  const base = {
    id: 'over-confidence',
    claim: 'Larger teachers are less distinct because they are surer of the true class.',
    statistic: `share of 2 log(1 - p_y) in the fall of the mean log derived variance from the smallest to the largest teacher, temperature ${evidence.temperature}, least over families`,
    rule: `Supported when the 95 % bootstrap interval lies at or above ${SHARE}, not supported when it lies below ${SHARE}; undecided otherwise, and where the log variance does not fall, so that there is nothing to explain.`,
    set,
    plot: 'measures' as const,
  }
  const ladders = laddersOf(evidence).filter((rungs) => rungs.length >= 2)
  if (ladders.length === 0) return undecided(base, 'No family has 2 capacities.')
  const ends = ladders.map((rungs) => [rungs[0]!, rungs.at(-1)!] as const)
  const things = ends.flatMap(([small, large]) =>
    [small, large].flatMap((rung) => [
      rung.map((teacher) => teacher.sets[set]!.logRest),
      rung.map((teacher) => teacher.sets[set]!.logInherentVariance),
    ]),
  )
  const groups = things.map((_, k) => Math.floor(k / 2))
  const parts = (values: readonly number[]) =>
    ends.map((_, k) => {
      const [restSmall, ivSmall, restLarge, ivLarge] = values.slice(4 * k, 4 * k + 4) as [
        number,
        number,
        number,
        number,
      ]
      return { confidence: 2 * (restLarge - restSmall), inherent: ivLarge - ivSmall }
    })
  const fall = bootstrap({
    things,
    groups,
    statistic: (values) =>
      Math.max(...parts(values).map(({ confidence, inherent }) => confidence + inherent)),
  })
  const seen = ends.map(([[small], [large]]) => {
    const [a, b] = [small!.sets[set]!, large!.sets[set]!]
    return `${small!.label} to ${large!.label}: mean p_y at temperature 1 from ${figure(meanOf(a.trueProbability))} to ${figure(meanOf(b.trueProbability))}; log variance by confidence ${figure(2 * (meanOf(b.logRest) - meanOf(a.logRest)))}, by the wrong classes among themselves ${figure(meanOf(b.logInherentVariance) - meanOf(a.logInherentVariance))}.`
  })
  if (fall.high === undefined || fall.high >= 0)
    return undecided(
      base,
      'The mean log derived variance does not fall for certain in every family.',
      ...seen,
    )
  const result = bootstrap({
    things,
    groups,
    statistic: (values) =>
      Math.min(...parts(values).map(({ confidence, inherent }) => confidence / (confidence + inherent))),
  })
  return {
    ...base,
    outcome: decide(result, { supported: (low) => low >= SHARE, refuted: (_, high) => high < SHARE }),
    result,
    evidence: seen,
  }
}
