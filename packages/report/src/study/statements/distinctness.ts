import type { SetName } from '../analysis-record.js'
import type { StudyEvidence } from '../evidence.js'
import { figure } from '../figures.js'
import { bootstrap } from './bootstrap.js'
import { average } from './average.js'
import { laddersOf } from './ladder.js'
import { rankCorrelation } from './rank-correlation.js'
import { samplesOf } from './samples-of.js'
import { type Statement, decide, undecided } from './statement.js'

/** The size of a rank correlation that counts as a trend. */
const TREND = 0.5

/** Claim 1: the larger the teacher, the less distinct the probabilities of the wrong classes. */
export function distinctness(evidence: StudyEvidence, set: SetName): Statement {
  const { temperature } = evidence
  const base = {
    id: 'distinctness',
    claim: 'A larger teacher gives less distinct probabilities to the wrong classes.',
    statistic: `Spearman's rho of parameters and mean derived variance at temperature ${temperature}, mean over families`,
    rule: `Supported when the 95 % bootstrap interval lies at or below -${TREND}, not supported when it lies above -${TREND}; undecided otherwise, and with fewer than 3 capacities in every family.`,
    set,
    plot: 'measures' as const,
  }
  const ladders = laddersOf(evidence).filter((rungs) => rungs.length >= 3)
  if (ladders.length === 0) return undecided(base, 'No family has 3 capacities.')
  const sizes = ladders.map((rungs) => rungs.map(([first]) => first.parameters))
  const result = bootstrap({
    quantities: ladders.flat().map((rung) => rung.map((teacher) => samplesOf(teacher, set).derivedVariance)),
    statistic: (values) => {
      let at = 0
      return average(
        sizes.map((parameters) => rankCorrelation(parameters, values.slice(at, (at += parameters.length)))),
      )
    },
  })
  return {
    ...base,
    outcome: decide(result, {
      supported: (_, high) => high <= -TREND,
      refuted: (low) => low > -TREND,
    }),
    result,
    evidence: ladders.map(
      (rungs) =>
        `${rungs[0][0].family}: ${rungs
          .map(([first]) => `${first.label} ${figure(average(samplesOf(first, set).derivedVariance))}`)
          .join(', ')}.`,
    ),
  }
}
