import type { SetName } from '../analysis-record.js'
import type { StudyEvidence } from '../evidence.js'
import { figure } from '../figures.js'
import { bootstrap } from './bootstrap.js'
import { laddersOf, topRung } from './ladder.js'
import { gainWithLargest, largestCases } from './largest.js'
import { seedInterval } from './outcomes.js'
import { samplesOf } from './samples-of.js'
import { type Statement, undecided } from './statement.js'

/** What counts as harm: half a percentage point. */
const HARM = 0.005

/** Claim 4: a separate temperature for the wrong classes keeps their order, raises their variance, and does no harm. */
export function orderKept(evidence: StudyEvidence, set: SetName): Statement {
  const { temperature, methods } = evidence
  const base = {
    id: 'order-kept',
    claim:
      'A lower temperature for the wrong classes, which keeps their order, raises their variance and does no harm.',
    statistic:
      'test accuracy of asymmetric temperatures minus the best shared temperature with the largest teacher, same loss weights, paired by seed',
    rule: `Supported when the 95 % t interval over seeds lies above -${100 * HARM} points and the variance ratio's 95 % bootstrap interval above 1, not supported when either lies wholly on the other side; undecided otherwise.`,
    set,
    plot: 'temperature' as const,
  }
  const largest = laddersOf(evidence).map(topRung)
  const ratio = bootstrap({
    quantities: largest.flatMap((rung) => [
      rung.map((teacher) => samplesOf(teacher, set).asymmetricVariance),
      rung.map((teacher) => samplesOf(teacher, set).derivedVariance),
    ]),
    groups: largest.flatMap((_, k) => [2 * k, 2 * k]),
    // Two quantities per family, as listed above.
    statistic: (values) => Math.min(...largest.map((_, k) => values[2 * k]! / values[2 * k + 1]!)),
  })
  const observed = `Derived variance of the largest teacher at (${1.25 * temperature}, ${0.75 * temperature}) over that at ${temperature}: ${figure(ratio.value)} (${figure(ratio.low ?? NaN)} to ${figure(ratio.high ?? NaN)}). The order of the wrong classes is the same by construction.`
  if (ratio.high !== undefined && ratio.high <= 1)
    return { ...base, outcome: 'not supported', result: ratio, evidence: [observed] }
  const calibrated = methods.find(({ role, sameWeights }) => role === 'calibration' && sameWeights)
  const cases = largestCases(evidence)
  const gain = calibrated && seedInterval(gainWithLargest(evidence, cases, calibrated.label))
  if (gain?.low === undefined || gain.high === undefined || ratio.low === undefined)
    return undecided(
      base,
      observed,
      'No arm with asymmetric temperatures was trained together with a chosen shared temperature, with 2 seeds or more.',
    )
  const outcome =
    gain.high < -HARM ? 'not supported' : gain.low > -HARM && ratio.low > 1 ? 'supported' : 'undecided'
  return { ...base, outcome, result: gain, unit: 'accuracy', evidence: [observed] }
}
