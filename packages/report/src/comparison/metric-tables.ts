import { percent } from '../points.js'
import { estimateText, significant } from '../texts.js'
import type { ReportTable } from '../document/document.js'
import type { Estimate, Outcome, PairAnalysis } from '../statistics/analysis.js'
import type { Metric } from '../statistics/metric-estimates.js'

/** Metrics of one figure that some method has: columns of the tables of results. */
export const columnMetrics = (
  { methods }: PairAnalysis,
  metrics: readonly Metric[],
  outcome: Outcome = 'final',
): readonly Metric[] =>
  metrics.filter(({ id }) =>
    methods.some(({ [outcome]: { metrics: own } }) => own?.[id]?.single !== undefined),
  )

/** `Macro F1, %`. */
export const metricTitle = ({ title, unit }: Metric): string => (unit === 'fraction' ? `${title}, %` : title)

/** A figure with its spread over seeds. */
export function figureText({ unit }: Pick<Metric, 'unit'>, estimate: Estimate | undefined): string {
  if (unit === 'fraction' || estimate === undefined) return estimateText(estimate)
  const mean = significant(estimate.mean)
  return estimate.deviation === undefined ? mean : `${mean} ± ${significant(estimate.deviation)}`
}

const text = (title: string) => ({ title })
const number = (title: string) => ({ title, numeric: true })

const WEIGHTS = { best: 'at the epoch best on validation', average: 'of the averaged weights' } as const

/** Metrics of the best and of the averaged weights; those of the last epoch are in the table of results. */
export function outcomeMetricsTable(
  analysis: PairAnalysis,
  metrics: readonly Metric[],
  outcome: keyof typeof WEIGHTS,
): ReportTable | undefined {
  const columns = columnMetrics(analysis, metrics, outcome)
  if (columns.length === 0) return undefined
  return {
    caption: `Metrics ${WEIGHTS[outcome]}, test set: mean ± standard deviation over seeds.`,
    columns: [text('Method'), ...columns.map((metric) => number(metricTitle(metric)))],
    rows: analysis.methods.map(({ label, [outcome]: { metrics: own } }) => [
      label,
      ...columns.map((metric) => figureText(metric, own?.[metric.id]?.single)),
    ]),
  }
}

/** A metric of several figures, after the last epoch: a row for each figure, a column for each method. */
export function namedMetricTable({ methods }: PairAnalysis, metric: Metric): ReportTable | undefined {
  const figures = methods.map(({ final: { metrics: own } }) => own?.[metric.id]?.byName)
  const names = [...new Set(figures.flatMap((each) => Object.keys(each ?? {})))]
  if (names.length === 0) return undefined
  const means = (estimate: Estimate | undefined): string =>
    estimate === undefined
      ? '–'
      : metric.unit === 'fraction'
        ? percent(estimate.mean)
        : significant(estimate.mean)
  return {
    caption: `${metricTitle(metric)}, test set, last epoch: means over seeds.`,
    columns: [text(''), ...methods.map(({ label }) => number(label))],
    rows: names.map((name) => [name, ...figures.map((each) => means(each?.[name]))]),
  }
}
