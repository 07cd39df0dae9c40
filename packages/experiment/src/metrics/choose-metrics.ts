import type { Registry } from '@umbra/core/trainer'
import { type CheckedMetric, checkMetrics } from '../config/check-metrics.js'
import type { ResolvedConfig } from '../config/experiment-config.js'
import type { Identities } from '../identity/identities.js'

/** A metric, and what identifies its figures beside the weights. JSON. */
export interface ChosenMetric extends CheckedMetric {
  readonly identity: unknown
}

/** The metrics of a configuration, with what identifies their figures. Throws what `checkMetrics` throws. */
export const chooseMetrics = (
  registry: Registry,
  config: Pick<ResolvedConfig, 'metrics'>,
  { identities, testHash }: { readonly identities: Identities; readonly testHash: () => string },
): ChosenMetric[] =>
  checkMetrics(registry, config).map((metric) => ({
    ...metric,
    identity: [testHash(), identities.metric(metric), identities.services()],
  }))
