import type { SetName } from '../analysis-record.js'
import type { AffinityEvidence, StudyEvidence } from '../evidence.js'
import { average } from './average.js'
import { bootstrap } from './bootstrap.js'
import { type Interval, type Statement, decide, undecided } from './statement.js'

const AGREEMENT = 0.5
const SHARE_OF_CEILING = 0.8

/** Claim 2: teachers of different capacity are consistent in which wrong classes are near. */
export function affinity(evidence: StudyEvidence, set: SetName): Statement {
  const pairs = evidence.affinities.filter((pair) => pair.set === set)
  const across = pairs.filter(({ sameArchitecture }) => !sameArchitecture)
  const same = pairs.filter(({ sameArchitecture }) => sameArchitecture)
  const relative = same.length > 0
  const threshold = relative ? SHARE_OF_CEILING : AGREEMENT
  const base = {
    id: 'affinity',
    claim: 'Teachers of different capacity agree on which wrong classes are nearer.',
    statistic: relative
      ? "Spearman's rho of the wrong classes of a sample between capacities, as a share of that between two trainings of one architecture"
      : "mean Spearman's rho of the wrong classes of a sample between teachers of different capacity",
    rule: `Supported when the 95 % bootstrap interval lies at or above ${threshold} and every pair is above what permuted classes give, not supported when it lies below ${threshold}; undecided otherwise.`,
    set,
    plot: 'relations' as const,
  }
  if (across.length === 0) return undecided(base, 'There are no two teachers of different capacity.')
  const result = agreementOf(across, same)
  const aboveChance = across.every(({ spearman, chance }) => finiteMean(spearman) > chance)
  return {
    ...base,
    outcome: decide(result, {
      supported: (low) => low >= threshold && aboveChance,
      refuted: (_, high) => high < threshold || !aboveChance,
    }),
    result,
    evidence: pairs.map(
      ({ a, b, spearman, chance, sameArchitecture }) =>
        `${a} and ${b}${sameArchitecture ? ' (one architecture)' : ''}: ${finiteMean(spearman).toFixed(3)}, by chance at most ${chance.toFixed(3)}.`,
    ),
  }
}

function agreementOf(across: readonly AffinityEvidence[], same: readonly AffinityEvidence[]): Interval {
  return bootstrap({
    quantities: [...across, ...same].map(({ spearman }) => [spearman]),
    statistic: (values) => {
      const agreement = average(values.slice(0, across.length))
      return same.length === 0 ? agreement : agreement / average(values.slice(across.length))
    },
  })
}

const finiteMean = (values: Float64Array): number => average(values.filter(Number.isFinite))
