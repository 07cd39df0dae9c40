import type { z } from 'zod'
import type { DefinitionBase, OptionsSchema, Paper } from './definition.js'

/** What a metric is computed from: one set of weights on the test set. Data of the host; a copy, made for each metric. */
export interface MetricInput {
  /** Logits of the student, row-major `[samples, classes]`. A row may hold NaN. */
  readonly logits: Float32Array
  /** Class indices `[samples]`. */
  readonly labels: Int32Array
  /** Names of the classes, in the order of the indices. */
  readonly classes: readonly string[]
}

/** One figure, or several by name (one for each class). NaN where there is none. */
export type MetricFigures = number | Readonly<Record<string, number>>

/** A figure of an evaluation by id: its options, and how it is computed. It is told results and changes none. */
export interface MetricDefinition<S extends OptionsSchema = OptionsSchema> extends DefinitionBase<
  'metric',
  S
> {
  /** Name in tables: `Macro F1`. */
  readonly title: string
  readonly paper?: Paper
  /** The figure in plain text, as `umbra explain` prints it. */
  readonly formula?: string
  /** Whether a better student has a higher or a lower one. */
  readonly better: 'higher' | 'lower'
  /** How tables show it: a `fraction` in percent, a `number` as it is. */
  readonly unit: 'fraction' | 'number'
  /** The same names for all inputs of the same classes. A function of its arguments alone. */
  compute(input: MetricInput, options: z.output<S>): MetricFigures
}

/**
 * Checks the type of a metric and freezes it. A configuration chooses it with `metrics: ['error']`.
 *
 * @example
 * const error = defineMetric({
 *   id: 'error',
 *   title: 'Error',
 *   summary: 'Part of the images that the student gets wrong.',
 *   better: 'lower',
 *   unit: 'fraction',
 *   options: z.strictObject({}),
 *   compute: ({ logits, labels, classes }) => {
 *     const wrong = labels.filter((label, i) => {
 *       const row = logits.subarray(i * classes.length, (i + 1) * classes.length)
 *       return row.indexOf(Math.max(...row)) !== label
 *     })
 *     return wrong.length / labels.length
 *   },
 * })
 * const input = { logits: Float32Array.of(2, 1, 0, 3), labels: Int32Array.of(0, 0), classes: ['cat', 'dog'] }
 * error.compute(input, {}) // 0.5
 */
export function defineMetric<const S extends OptionsSchema>(
  metric: Omit<MetricDefinition<S>, 'kind'>,
): MetricDefinition<S> {
  return Object.freeze({ kind: 'metric', ...metric })
}
