import type { SetName } from '../analysis-record.js'
import type { StudyEvidence, TeacherEvidence } from '../evidence.js'
import { figure } from '../figures.js'
import { bootstrap } from './bootstrap.js'
import { meanOf } from './distinctness.js'
import { type Rung, laddersOf } from './ladder.js'
import { type Statement, decide, undecided } from './statement.js'

const SHARE = 0.5

/**
 * Claim 5: the cause is confidence in the true class. Sample by sample `v(q) = (1 - p_y)^2 v(q~)`: how much of the fall of the
 * mean derived variance from the smallest to the largest teacher comes of the first factor. Each factor is changed for the
 * largest teacher's with the other as it was and as it becomes, and the two are averaged (Shapley's shares).
 */
export function overConfidence(evidence: StudyEvidence, set: SetName): Statement {
  const base = {
    id: 'over-confidence',
    claim: 'Larger teachers are less distinct because they are surer of the true class.',
    statistic: `share of (1 - p_y)^2 in the fall of the log mean derived variance from the smallest to the largest teacher, temperature ${evidence.temperature}, least over families`,
    rule: `Supported when the 95 % bootstrap interval lies at or above ${SHARE} and 2 log(1 - p_y) falls for certain on the typical image too, not supported when the interval lies below ${SHARE}; undecided otherwise, and where the mean derived variance does not fall, so that there is nothing to explain.`,
    set,
    plot: 'measures' as const,
  }
  const ladders = laddersOf(evidence).filter((rungs) => rungs.length >= 2)
  if (ladders.length === 0) return undecided(base, 'No family has 2 capacities.')
  const ends = ladders.map((rungs) => [rungs[0]!, rungs.at(-1)!] as const)
  const resampling = {
    things: ends.flatMap(([small, large]) => crossed(small, large, set)),
    groups: ends.flatMap((_, k) => [4 * k, 4 * k, 4 * k, 4 * k]),
  }
  const over = (values: readonly number[], of: (own: Fall) => number): number[] =>
    ends.map((_, k) => of(fallOf(values.slice(4 * k, 4 * k + 4))))
  const fall = bootstrap({
    ...resampling,
    statistic: (values) => Math.max(...over(values, ({ whole }) => whole)),
  })
  const seen = ends.map(([[small], [large]]) => sentence(small!, large!, set))
  if (fall.high === undefined || fall.high >= 0)
    return undecided(base, 'The mean derived variance does not fall for certain in every family.', ...seen)
  const result = bootstrap({
    ...resampling,
    statistic: (values) => Math.min(...over(values, ({ whole, confidence }) => confidence / whole)),
  })
  const typical = bootstrap({
    things: ends.flatMap(([small, large]) =>
      [small, large].map((rung) => rung.map((teacher) => teacher.sets[set]!.logRest)),
    ),
    statistic: (values) => Math.max(...ends.map((_, k) => 2 * (values[2 * k + 1]! - values[2 * k]!))),
  })
  const falls = typical.high !== undefined && typical.high < 0
  return {
    ...base,
    outcome: decide(result, {
      supported: (low) => low >= SHARE && falls,
      refuted: (_, high) => high < SHARE,
    }),
    result,
    evidence: seen,
  }
}

/** `(1 - p_y)^2 v(q~)` with each factor of the smaller or the larger teacher: small-small, large-small, small-large, large-large. */
function crossed(small: Rung, large: Rung, set: SetName): Float64Array[][] {
  const trainings = Array.from({ length: Math.max(small.length, large.length) }, (_, i) => ({
    a: small[i % small.length]!.sets[set]!,
    b: large[i % large.length]!.sets[set]!,
  }))
  return (['a', 'b'] as const).flatMap((inherent) =>
    (['a', 'b'] as const).map((rest) =>
      trainings.map((pair) =>
        pair[rest].logRest.map((log, i) => Math.exp(2 * log + pair[inherent].logInherentVariance[i]!)),
      ),
    ),
  )
}

interface Fall {
  readonly whole: number
  readonly confidence: number
}

function fallOf(values: readonly number[]): Fall {
  const [ss, ls, sl, ll] = values.map(Math.log) as [number, number, number, number]
  return { whole: ll - ss, confidence: (ls - ss + (ll - sl)) / 2 }
}

function sentence(small: TeacherEvidence, large: TeacherEvidence, set: SetName): string {
  const [a, b] = [small.sets[set]!, large.sets[set]!]
  const change = (of: (samples: typeof a) => Float64Array): number => meanOf(of(b)) - meanOf(of(a))
  return (
    `${small.label} to ${large.label}: mean p_y at temperature 1 from ${figure(meanOf(a.trueProbability))} to ${figure(meanOf(b.trueProbability))}. ` +
    `Of the typical image (mean logarithm) 2 log(1 - p_y) changes by ${figure(2 * change(({ logRest }) => logRest))}, ` +
    `log inherent variance by ${figure(change(({ logInherentVariance }) => logInherentVariance))}.`
  )
}
