import type { ArmResult, ComparisonRecord, PairFigures } from '@umbra/core/trainer'
import type { MetricEstimate, Outcome } from './analysis.js'
import { estimate } from './estimate.js'
import { present } from '../present.js'

/** A metric of a run, as its record has it. */
export type Metric = NonNullable<ComparisonRecord['metrics']>[number]

/** Means of the metrics of some arms over their seeds, by id; undefined where no arm has any. */
export function metricEstimates(
  arms: readonly ArmResult[],
  outcome: Outcome,
): Readonly<Record<string, MetricEstimate>> | undefined {
  const all = arms.flatMap(({ metrics }) => {
    const figures = metrics?.[outcome]
    return figures === undefined ? [] : [figures]
  })
  const ids = [...new Set(all.flatMap((figures) => Object.keys(figures)))]
  const of = (id: string): MetricEstimate => {
    const values = all.map((figures) => figures[id])
    const records = values.flatMap((value) => (typeof value === 'object' ? [value] : []))
    const names = [...new Set(records.flatMap((record) => Object.keys(record)))]
    return present({
      single: estimate(values.map((value) => (typeof value === 'number' ? value : undefined))),
      byName:
        names.length === 0
          ? undefined
          : Object.fromEntries(names.map((name) => [name, estimate(records.map((record) => record[name]))])),
    })
  }
  return ids.length === 0 ? undefined : Object.fromEntries(ids.map((id) => [id, of(id)]))
}

/** One sentence for each metric that an arm with a result has no figures of. */
export const missingMetrics = ({ methods }: PairFigures, metrics: readonly Metric[]): string[] =>
  methods.flatMap(({ label, arms }) =>
    arms.flatMap(({ seed, failed, final, metrics: figures }) =>
      failed !== undefined || final === undefined
        ? []
        : metrics.flatMap(({ id, title }) => {
            if (figures?.final?.[id] !== undefined) return []
            const reason = figures?.missing?.[id] ?? 'it was recorded without it'
            return [`${label}, seed ${seed}, has no figure of ${title}: ${reason.replace(/\.$/, '')}.`]
          }),
    ),
  )
