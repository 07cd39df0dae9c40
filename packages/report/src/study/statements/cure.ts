import type { StudyEvidence } from '../evidence.js'
import { accuracyText, gainWithLargest, largestCases } from './largest.js'
import { seedInterval } from './outcomes.js'
import { type Statement, undecided } from './statement.js'

const CLAIMS = {
  calibration: 'Calibrated temperatures (ATS, ISATS) make the largest teacher teach better.',
  enhancement: 'Enhanced distinctness of the wrong classes makes the largest teacher teach better.',
} as const

/** Whether a kind of cure beats the best shared temperature. */
export function cure(evidence: StudyEvidence, role: keyof typeof CLAIMS): Statement {
  const methods = evidence.methods.filter((method) => method.role === role && method.sameWeights)
  const base = {
    id: role,
    claim: CLAIMS[role],
    statistic:
      'test accuracy minus that of the best shared temperature with the largest teacher, same loss weights, paired by seed, mean over students and families',
    rule: `Supported when for at least one method the t interval over seeds lies above 0, not supported when for all it lies at or below 0; undecided otherwise. The intervals hold 95 % together (Bonferroni over ${methods.length} method${methods.length === 1 ? '' : 's'}).`,
    unit: 'accuracy' as const,
    plot: 'students' as const,
  }
  const cases = largestCases(evidence)
  const gains = methods.flatMap((method) => {
    const gain = seedInterval(gainWithLargest(evidence, cases, method.label), methods.length)
    return gain === undefined ? [] : [{ method, gain }]
  })
  if (gains.length === 0)
    return undecided(base, 'No such method was trained together with temperatures chosen on validation.')
  const intervals = gains.flatMap(({ gain: { low, high } }) =>
    low === undefined || high === undefined ? [] : [{ low, high }],
  )
  const best = gains.reduce((a, b) => (b.gain.value > a.gain.value ? b : a))
  const outcome = intervals.some(({ low }) => low > 0)
    ? 'supported'
    : intervals.length === methods.length && intervals.every(({ high }) => high <= 0)
      ? 'not supported'
      : 'undecided'
  return {
    ...base,
    outcome,
    result: best.gain,
    evidence: [
      `Largest gain: ${best.method.label}.`,
      ...cases.map(({ student, largest, method }) =>
        largest
          .map((teacher) => {
            const text = (label: string) =>
              `${label} ${accuracyText(evidence, { student, teacher, method: label })}`
            return `${student} taught by ${teacher}: ${[method, ...methods.map(({ label }) => label)].map(text).join(', ')}.`
          })
          .join(' '),
      ),
    ],
  }
}
