import { plainText } from '../plain-text.js'
import { percent, signed } from '../points.js'
import { figure } from './figures.js'
import type { Statement } from './statements/statement.js'
import type { StudyRecord } from './study-record.js'

/** `−0.8 (−1 to −0.4)`, or `+0.62 points (0.05 to 1.18)`: the value and its 95 % interval. */
export const statementResult = ({ result, unit }: Pick<Statement, 'result' | 'unit'>): string => {
  if (result === undefined) return 'none'
  const { value, low, high } = result
  const text = unit === 'accuracy' ? percent : figure
  const interval = low === undefined || high === undefined ? 'no interval' : `${text(low)} to ${text(high)}`
  return `${unit === 'accuracy' ? `${signed(value)} points` : figure(value)} (${interval})`
}

/** The lines below a claim: statistic, rule, observations, and the plot that shows it. */
export const statementLines = (statement: Statement): string[] => [
  `${statement.statistic}${statement.set === undefined ? '' : `, ${statement.set} images`}: ${statementResult(statement)}.`,
  statement.rule,
  ...statement.evidence,
  `Plot: ${PLOTS[statement.plot]}.`,
]

const PLOTS: Readonly<Record<Statement['plot'], string>> = {
  measures: 'Measures against capacity',
  temperature: 'Distinctness against temperature',
  relations: 'Class relations and their agreement',
  students: 'Students against teacher capacity',
  variance: 'Variance of the teacher against accuracy of the student',
}

/** The statements of a study as text for a terminal, without a final line end. */
export const studyText = ({ statements }: Pick<StudyRecord, 'statements'>): string =>
  statements
    .map((statement) =>
      [
        `[${statement.outcome}] ${statement.claim}`,
        ...statementLines(statement)
          .slice(0, -1)
          .map((line) => `    ${plainText(line, 600)}`),
      ].join('\n'),
    )
    .join('\n\n')
