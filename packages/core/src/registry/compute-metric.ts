import type { MetricDefinition, MetricFigures, MetricInput } from '../contracts/metric.js'
import { describeValue } from '../errors/describe-value.js'
import { UmbraError } from '../errors/umbra-error.js'
import { isPlainObject } from '../util/frozen-copy.js'

/**
 * Figures of a metric. Its input is copied, so that no metric changes that of another. Throws UMBRA_METRIC for what its code threw or
 * for what is neither a number nor numbers by name.
 */
export function computeMetric(
  definition: MetricDefinition,
  { logits, labels, classes }: MetricInput,
  options: Readonly<Record<string, unknown>>,
): MetricFigures {
  const input = { logits: logits.slice(), labels: labels.slice(), classes: [...classes] }
  // Widened: a plugin may have ignored the type.
  const figures: unknown = definition.compute(input, options)
  const subject = `what compute of metric "${definition.id}" returns`
  if (typeof figures === 'number') return figures
  if (!isPlainObject(figures))
    throw new UmbraError('UMBRA_METRIC', {
      ...{ subject, expected: 'a number, or numbers by name', received: describeValue(figures) },
    })
  for (const [name, value] of Object.entries(figures))
    if (typeof value !== 'number')
      throw new UmbraError('UMBRA_METRIC', {
        ...{ subject: `"${name}" of ${subject}`, expected: 'a number', received: describeValue(value) },
      })
  return figures as Readonly<Record<string, number>>
}
