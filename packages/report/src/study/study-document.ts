import type { ReportBlock, ReportDocument, ReportSection } from '../document/document.js'
import { percentSpread } from '../format.js'
import { aboutData, analysisSections } from './analysis-document.js'
import { setsIn } from './analysis-table.js'
import { numbersTable } from './numbers-table.js'
import { statementLines, statementResult } from './statement-text.js'
import { studentPlot } from './student-plot.js'
import { studentRows } from './student-rows.js'
import type { StudyRecord } from './study-record.js'
import { variancePlot } from './variance-plot.js'

/** A capacity study as a report: statements first, then the data they rest on. No claim is left out. */
export function studyDocument(record: StudyRecord): ReportDocument {
  const { name, analysis, seeds } = record
  const students = [...new Set(record.arms.map(({ student }) => student))]
  return {
    title: `${name}: teacher capacity`,
    lead: [
      aboutData(analysis),
      students.length === 0
        ? 'Measures of the teachers alone; no student was trained.'
        : `Students: ${students.join(', ')}. Seeds: ${seeds.join(', ')}. Accuracies on the test images after the last epoch; temperatures were chosen on images held out from training.`,
    ],
    sections: [
      { id: 'statements', title: 'Statements', blocks: statementBlocks(record) },
      ...(students.length === 0 ? [] : studentSections(record, students)),
      ...analysisSections(analysis),
      {
        id: 'recipe',
        title: 'Recipe',
        blocks: [{ kind: 'code', text: JSON.stringify(record.recipe, null, 1) }],
      },
    ],
    footer: analysis.dataset.credit === undefined ? [] : [analysis.dataset.credit],
  }
}

const statementBlocks = ({ statements }: StudyRecord): ReportBlock[] => [
  {
    kind: 'table',
    table: {
      caption: 'Every claim and its outcome, decided by the rule given below.',
      columns: [{ title: 'claim', wrap: true }, { title: 'outcome' }, { title: 'statistic' }],
      rows: statements.map((statement) => [statement.claim, statement.outcome, statementResult(statement)]),
    },
  },
  ...statements.flatMap((statement): ReportBlock[] => [
    { kind: 'heading', text: `${statement.claim} ${capital(statement.outcome)}.` },
    { kind: 'notes', items: statementLines(statement) },
  ]),
]

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

function studentSections(record: StudyRecord, students: readonly string[]): ReportSection[] {
  const [set = 'test'] = setsIn(record.analysis)
  const failed = record.failed.map(
    ({ student, teacher, method, seed, reason }) =>
      `${student}${teacher === '' ? '' : ` taught by ${teacher}`}, ${method}, seed ${seed}: ${reason}`,
  )
  return [
    {
      id: 'students',
      title: 'Students against teacher capacity',
      short: 'Students',
      blocks: [
        ...students.flatMap((student) => studentBlocks(record, student)),
        ...(failed.length === 0
          ? []
          : [{ kind: 'notes' as const, warning: true, items: ['Arms that failed:', ...failed] }]),
      ],
    },
    {
      id: 'variance',
      title: 'Variance of the teacher against accuracy of the student',
      short: 'Variance and accuracy',
      blocks:
        record.chosen.length === 0
          ? [{ kind: 'notes', items: ['No temperature was chosen: no images were held out from training.'] }]
          : [
              {
                kind: 'figure',
                title: 'Test accuracy against the teacher’s derived variance',
                caption: varianceCaption(record),
                label: 'Accuracy of the student against the derived variance of the teacher',
                spec: variancePlot(record, set),
              },
            ],
    },
  ]
}

const varianceCaption = (record: StudyRecord): string => {
  const statement = record.statements.find(({ id }) => id === 'variance-predicts')
  const arms = record.chosen.map(({ student, global }) => `${student}: ${global}`).join(', ')
  const rho = statement?.result === undefined ? '' : ` Spearman’s rho: ${statementResult(statement)}.`
  return `Best shared temperature over all teachers (${arms}).${rho}`
}

function studentBlocks(record: StudyRecord, student: string): ReportBlock[] {
  const rows = studentRows(record, student)
  const teachers = ['', ...record.teachers.map(({ label }) => label)].filter((teacher) =>
    rows.some((row) => row.teacher === teacher),
  )
  const methods = [...new Set(rows.map(({ method }) => method))]
  const cell = (method: string, teacher: string): string => {
    const row = rows.find((each) => each.method === method && each.teacher === teacher)
    return row === undefined ? '' : percentSpread(row.accuracy)
  }
  return [
    {
      kind: 'figure',
      title: `${student} against the size of its teacher`,
      caption:
        'Mean test accuracy over seeds, one line per method; the dashed line is the student without a teacher. The table also lists the single temperatures.',
      label: `Accuracy of ${student} against the number of parameters of its teacher`,
      spec: studentPlot(record, student),
      table: numbersTable(
        `Test accuracy of ${student} in percent, mean and sample standard deviation over seeds.`,
        ['method', ...teachers.map((teacher) => (teacher === '' ? 'no teacher' : teacher))],
        methods.map((method) => [method, ...teachers.map((teacher) => cell(method, teacher))]),
      ),
    },
  ]
}
