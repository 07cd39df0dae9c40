import type { SetName } from '../analysis-record.js'
import type { StudyEvidence, TeacherEvidence } from '../evidence.js'
import { figure } from '../figures.js'
import { average } from './average.js'
import { bootstrap } from './bootstrap.js'
import { type Rung, laddersOf, topRung } from './ladder.js'
import { samplesOf } from './samples-of.js'
import { type Statement, decide, undecided } from './statement.js'

const SHARE = 0.5

/**
 * Claim 5: the cause is confidence in the true class. Sample by sample `v(q) = (1 - p_y)^2 v(q~)`: how much of the fall of the
 * mean derived variance from the smallest to the largest teacher is due to the first factor. Each factor is replaced by the
 * largest teacher's once with the other as before and once as after, and the two effects are averaged (Shapley values).
 */
export function overConfidence(evidence: StudyEvidence, set: SetName): Statement {
  const base = {
    id: 'over-confidence',
    claim: 'Larger teachers are less distinct because they are more certain of the true class.',
    statistic: `share of (1 - p_y)^2 in the fall of the log mean derived variance from the smallest to the largest teacher, temperature ${evidence.temperature}, least over families`,
    rule: `Supported when the 95 % bootstrap interval lies at or above ${SHARE} and 2 log(1 - p_y) clearly falls on the typical image too, not supported when the interval lies below ${SHARE}; undecided otherwise, and where the mean derived variance does not fall, so that there is nothing to explain.`,
    set,
    plot: 'measures' as const,
  }
  const ladders = laddersOf(evidence).filter((rungs) => rungs.length >= 2)
  if (ladders.length === 0) return undecided(base, 'No family has 2 capacities.')
  const ends = ladders.map((rungs) => [rungs[0], topRung(rungs)] as const)
  const resampling = {
    quantities: ends.flatMap(([small, large]) => crossed(small, large, set)),
    groups: ends.flatMap((_, k) => [4 * k, 4 * k, 4 * k, 4 * k]),
  }
  const over = (values: readonly number[], of: (fall: Fall) => number): number[] =>
    ends.map((_, k) => of(fallOf(values.slice(4 * k, 4 * k + 4))))
  const fall = bootstrap({
    ...resampling,
    statistic: (values) => Math.max(...over(values, ({ whole }) => whole)),
  })
  const observed = ends.map(([[small], [large]]) => sentence(small, large, set))
  if (fall.high === undefined || fall.high >= 0)
    return undecided(base, 'The mean derived variance does not clearly fall in every family.', ...observed)
  const result = bootstrap({
    ...resampling,
    statistic: (values) => Math.min(...over(values, ({ whole, confidence }) => confidence / whole)),
  })
  const typical = bootstrap({
    quantities: ends.flatMap(([small, large]) =>
      [small, large].map((rung) => rung.map((teacher) => samplesOf(teacher, set).logRest)),
    ),
    // Two quantities per family, as listed above.
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
    evidence: observed,
  }
}

/** `(1 - p_y)^2 v(q~)` with each factor of the smaller or the larger teacher: small-small, large-small, small-large, large-large. */
function crossed(small: Rung, large: Rung, set: SetName): Float64Array[][] {
  const training = (rung: Rung, i: number) => samplesOf(rung[i % rung.length] ?? rung[0], set)
  const trainings = Array.from({ length: Math.max(small.length, large.length) }, (_, i) => ({
    a: training(small, i),
    b: training(large, i),
  }))
  // All samples of a set have one value per image.
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
  const [a, b] = [samplesOf(small, set), samplesOf(large, set)]
  const change = (of: (samples: typeof a) => Float64Array): number => average(of(b)) - average(of(a))
  return (
    `${small.label} to ${large.label}: mean p_y at temperature 1 from ${figure(average(a.trueProbability))} to ${figure(average(b.trueProbability))}. ` +
    `Of the typical image (mean logarithm) 2 log(1 - p_y) changes by ${figure(2 * change(({ logRest }) => logRest))}, ` +
    `log inherent variance by ${figure(change(({ logInherentVariance }) => logInherentVariance))}.`
  )
}
