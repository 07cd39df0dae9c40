import { type MetricDefinition, UmbraError } from '@umbra/core'
import type { ComparisonRecord, Registry } from '@umbra/core/trainer'
import type { ResolvedConfig } from './experiment-config.js'

/** A metric of a configuration, its options checked and complete. */
export interface CheckedMetric {
  readonly definition: MetricDefinition
  readonly options: Readonly<Record<string, unknown>>
}

/** The metrics of a configuration. Throws UMBRA_UNKNOWN_ID, UMBRA_OPTION and the like, UMBRA_CONFIG for one named twice. */
export const checkMetrics = (
  registry: Registry,
  { metrics = [] }: Pick<ResolvedConfig, 'metrics'>,
): CheckedMetric[] =>
  metrics.map(({ id, options }, i) => {
    if (metrics.findIndex((other) => other.id === id) < i)
      throw new UmbraError('UMBRA_CONFIG', {
        ...{ subject: 'metrics', expected: 'each of them once', received: `"${id}" twice` },
      })
    const definition = registry.get('metric', id)
    return { definition, options: registry.parse(definition, options) }
  })

/** Metrics as the header of a record has them. */
export const metricEntries = (metrics: readonly CheckedMetric[]): NonNullable<ComparisonRecord['metrics']> =>
  metrics.map(({ definition: { id, title, better, unit }, options }) => ({
    ...{ id, title, better, unit, options },
  }))
