import { z } from 'zod'
import { defineMetric, type MetricDefinition, type MetricInput } from '../../src/contracts/metric.js'
import type { CheckName } from '../../src/testing/conformance/verdict.js'

const metric = (
  id: string,
  compute: MetricDefinition['compute'],
  better: MetricDefinition['better'] = 'higher',
): MetricDefinition =>
  defineMetric({ id, title: id, summary: id, better, unit: 'fraction', options: z.strictObject({}), compute })

const rowsOf = ({ logits, labels, classes }: MetricInput): Float32Array[] =>
  Array.from(labels, (_, i) => logits.subarray(i * classes.length, (i + 1) * classes.length))
const predicted = (input: MetricInput): number[] => rowsOf(input).map((row) => row.indexOf(Math.max(...row)))
const accuracy = (input: MetricInput): number => {
  const classes = predicted(input)
  return input.labels.filter((label, i) => classes[i] === label).length / input.labels.length
}

export const soundMetric: MetricDefinition = metric('sound', accuracy)

/** Known bugs of metrics, each with the check that must find it. */
export const WRONG_METRICS: readonly (readonly [CheckName, RegExp, MetricDefinition])[] = [
  ['options', /Use z\.strictObject/, { ...soundMetric, options: z.object({}) }],
  [
    'figures',
    /with a set in which a class does not occur; it is NaN/,
    // Recall of a class of which there is no image: 0 / 0.
    metric('mean-recall', (input) => {
      const classes = predicted(input)
      const recalls = input.classes.map((_, c) => {
        const own = [...input.labels.keys()].filter((i) => input.labels[i] === c)
        return own.filter((i) => classes[i] === c).length / own.length
      })
      return recalls.reduce((a, b) => a + b, 0) / recalls.length
    }),
  ],
  [
    'figures',
    /it is -?Infinity/,
    // The logarithm of a softmax that underflows.
    metric(
      'naive-nll',
      (input) =>
        rowsOf(input).reduce((sum, row, i) => {
          const powers = [...row].map((z) => Math.fround(Math.exp(z)))
          const total = powers.reduce((a, b) => a + b, 0)
          return sum - Math.log(Math.fround(powers[input.labels[i]!]! / total / 1e30 / 1e30))
        }, 0) / input.labels.length,
      'lower',
    ),
  ],
  [
    'figures',
    /must have the same names/,
    metric('classes-seen', (input) =>
      Object.fromEntries([...new Set(input.labels)].sort().map((label) => [String(label), accuracy(input)])),
    ),
  ],
  [
    'repeatable',
    /Something is kept between calls/,
    metric(
      'running-mean',
      (() => {
        const seen: number[] = []
        return (input: MetricInput) => {
          seen.push(accuracy(input))
          return seen.reduce((a, b) => a + b, 0) / seen.length
        }
      })(),
    ),
  ],
  [
    'unchanged',
    /changed the logits/,
    metric('in-place', (input) => {
      const right = accuracy(input)
      input.logits.sort()
      return right
    }),
  ],
  [
    'order',
    /in another order/,
    metric('first-half', (input) => {
      const half = Math.ceil(input.labels.length / 2)
      const { length } = input.classes
      return accuracy({
        ...input,
        logits: input.logits.subarray(0, half * length),
        labels: input.labels.subarray(0, half),
      })
    }),
  ],
  [
    'shift',
    /Are logits taken for probabilities/,
    metric('logit-of-the-label', (input) => {
      const rows = rowsOf(input)
      return rows.reduce((sum, row, i) => sum + row[input.labels[i]!]!, 0) / rows.length
    }),
  ],
  ['better', /says that lower is better/, metric('turned-round', accuracy, 'lower')],
]
