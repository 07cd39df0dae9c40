import type { ComparisonRecord, PairFigures } from '@umbra/core/trainer'
import type { Finding, ReportBlock, ReportSection } from '../document/document.js'
import { parameters } from '../format.js'
import { findPublished } from '../published/find-published.js'
import type { PairAnalysis } from '../statistics/analysis.js'
import type { Metric } from '../statistics/metric-estimates.js'
import { namedMetricTable, outcomeMetricsTable } from './metric-tables.js'
import { meanHistory } from './mean-history.js'
import { costPlot } from './plots/cost-plot.js'
import { curvesPlot } from './plots/curves-plot.js'
import { lossPlot } from './plots/loss-plot.js'
import { rankingPlot } from './plots/ranking-plot.js'
import type { MethodCurve } from './plots/small-multiples.js'
import { pairTitle } from './pair-title.js'
import { percent } from '../points.js'
import {
  costTable,
  curvesTable,
  lossTable,
  optionsTable,
  publishedTable,
  resultsTable,
  searchTable,
  testsTable,
} from './tables.js'

/** Everything about one set of teachers and one student. */
export function pairSection(
  record: ComparisonRecord,
  pair: PairFigures,
  analysis: PairAnalysis,
  id: string,
): ReportSection {
  const curves = analysis.methods.flatMap(({ label }) => {
    const figures = pair.methods.find((method) => method.label === label)
    const epochs = figures === undefined ? [] : meanHistory(figures)
    return epochs.length === 0 ? [] : [{ label, epochs }]
  })
  return {
    id,
    title: capitalised(pairTitle(pair)),
    blocks: [
      { kind: 'text', text: introduction(pair) },
      ...warnings(analysis),
      { kind: 'findings', items: findings(analysis) },
      ...ranking(analysis, record.metrics),
      ...curveFigures(curves, analysis),
      ...cost(analysis),
      ...published(record, pair, analysis),
      { kind: 'heading', text: 'Methods' },
      { kind: 'table', table: optionsTable(pair) },
      ...pair.methods.flatMap((method): ReportBlock[] => {
        const table = searchTable(method)
        return table === undefined ? [] : [{ kind: 'table', table, folded: `Trials for ${method.label}` }]
      }),
    ],
  }
}

const capitalised = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`

function introduction({ student, teachers }: PairFigures): string {
  const named = teachers.map(
    ({ label, parameters: size, evaluation }) =>
      `${label} (${parameters(size)} parameters, top-1 ${percent(evaluation.top1)}\u00a0%)`,
  )
  return `Student ${student.label}, ${parameters(student.parameters)} parameters${named.length === 0 ? '.' : `; ${named.length > 1 ? 'teachers' : 'teacher'} ${named.join(', ')}.`}`
}

const warnings = ({ notes }: PairAnalysis): ReportBlock[] =>
  notes.length === 0 ? [] : [{ kind: 'notes', items: notes, warning: true }]

/** The findings as sentences: the highest mean, then each method against the baseline. */
export function findings({ methods }: PairAnalysis): readonly Finding[] {
  const complete = methods.flatMap(({ label, final: { top1 }, failed }) =>
    top1 === undefined || failed.length > 0 ? [] : [{ label, top1 }],
  )
  const [top] = complete
  return [
    ...(top === undefined || complete.length < 2
      ? []
      : [
          {
            text: `Highest mean: ${top.label}, ${percent(top.top1.mean)}\u00a0% after the final epoch.`,
            tone: 'headline' as const,
          },
        ]),
    ...methods.flatMap(({ final: { versus }, best }): Finding[] => {
      if (versus === undefined) return []
      const { verdict } = versus
      const other = best.versus
      // Both are reported where the two moments disagree.
      const disagreement =
        other !== undefined && other.verdict !== verdict && other.verdict !== 'untested'
          ? ` At the epoch best on validation: ${other.sentence}`
          : ''
      return [
        {
          text: versus.sentence + disagreement,
          ...(verdict === 'better' || verdict === 'worse' ? { tone: verdict } : {}),
        },
      ]
    }),
  ]
}

const TESTS = [
  { outcome: 'final', title: 'The tests' },
  { outcome: 'best', title: 'The tests, epoch best on validation' },
  { outcome: 'average', title: 'The tests, averaged weights' },
] as const

function ranking(analysis: PairAnalysis, metrics: readonly Metric[] = []): ReportBlock[] {
  if (analysis.methods.every(({ final }) => final.top1 === undefined)) {
    return [{ kind: 'table', table: resultsTable(analysis, metrics) }]
  }
  const { baseline } = analysis
  const order = analysis.methods.map(({ label }) => label).join(', ')
  const tests = TESTS.map(({ outcome, title }) => ({ title, table: testsTable(analysis, outcome) }))
  return [
    {
      kind: 'figure',
      title: 'Ranking',
      caption:
        'Large dots are means over seeds after the last epoch, bars their 95 % t intervals; the small dots below are single seeds.' +
        (baseline === undefined
          ? ''
          : ` Differences to ${baseline} are paired by seed, and their bars hold 95 % together: triangles point to better or worse where the bar does not reach 0, circles are undecided.`),
      label: `Top-1 of each method with intervals, best first: ${order}. The table below has the numbers.`,
      spec: (size) => rankingPlot(analysis, size),
    },
    { kind: 'table', table: resultsTable(analysis, metrics) },
    ...metricBlocks(analysis, metrics),
    ...tests.flatMap(({ table, title }): ReportBlock[] =>
      table === undefined ? [] : [{ kind: 'table', table, folded: title }],
    ),
  ]
}

/** Tables of the metrics that are no columns of the results. */
function metricBlocks(analysis: PairAnalysis, metrics: readonly Metric[]): ReportBlock[] {
  const tables = [
    { table: outcomeMetricsTable(analysis, metrics, 'best'), folded: 'Metrics, epoch best on validation' },
    { table: outcomeMetricsTable(analysis, metrics, 'average'), folded: 'Metrics, averaged weights' },
    ...metrics.map((metric) => ({ table: namedMetricTable(analysis, metric), folded: metric.title })),
  ]
  return tables.flatMap(({ table, folded }): ReportBlock[] =>
    table === undefined ? [] : [{ kind: 'table', table, folded }],
  )
}

function curveFigures(curves: readonly MethodCurve[], { baseline }: PairAnalysis): ReportBlock[] {
  if (curves.length === 0) return []
  const weighted = curves.filter(({ epochs }) => epochs.some(({ parts }) => parts !== undefined))
  return [
    {
      kind: 'figure',
      title: 'Learning curves',
      caption:
        'Means over seeds; the band spans the seeds. Training accuracy is measured on the batches during training.',
      label:
        'Training and validation accuracy over the epochs, one plot per method. The table has the last epoch.',
      spec: (size) => curvesPlot(curves, baseline, size),
      table: curvesTable(curves),
    },
    ...(weighted.length === 0
      ? []
      : [
          {
            kind: 'figure' as const,
            title: 'What the loss is made of',
            caption:
              'Each term times its weight in nats, means over seeds, stacked; the dashed line is the training loss. Scales differ: losses of different methods are not comparable.',
            label:
              'Terms of the training loss over the epochs, stacked, one plot per method. The table has first and last epoch.',
            spec: (size: Parameters<typeof lossPlot>[1]) => lossPlot(weighted, size),
            table: lossTable(weighted),
          },
        ]),
  ]
}

function cost(analysis: PairAnalysis): ReportBlock[] {
  const timed = analysis.methods.filter(
    ({ final, ownSeconds }) => final.top1 !== undefined && ownSeconds !== undefined,
  )
  if (timed.length === 0) return []
  return [
    {
      kind: 'figure',
      title: 'Accuracy against cost',
      caption: 'Up and left is better. Own time excludes the teacher passes, which all methods share.',
      label: 'Mean top-1 of each method against its own training time. The table has the numbers.',
      spec: (size) => costPlot(analysis, size),
      table: costTable(analysis),
    },
  ]
}

function published(
  { dataset, recipe }: ComparisonRecord,
  pair: PairFigures,
  analysis: PairAnalysis,
): ReportBlock[] {
  const results = findPublished(dataset.id, pair)
  const table = results === undefined ? undefined : publishedTable(results, analysis)
  if (table === undefined) return []
  return [
    { kind: 'heading', text: 'Published against ours' },
    {
      kind: 'text',
      text:
        'Most published tables in this field report the best test epoch of one run of 240 epochs, which selects on the test set and is optimistic. ' +
        `Ours are means after the last epoch${typeof recipe.epochs === 'number' ? ` (${recipe.epochs} epochs)` : ''} and were not selected on the test set: the two do not measure the same thing. Methods are matched by name; options and recipes may differ.`,
    },
    { kind: 'table', table },
  ]
}
