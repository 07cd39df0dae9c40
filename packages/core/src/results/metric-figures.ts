import { z } from 'zod'
import { figureSchema } from './evaluation-schema.js'

/** Figures of a metric in a file. */
export const metricFiguresSchema = z.union([figureSchema, z.record(z.string(), figureSchema)])

const byMetric = z.record(z.string(), metricFiguresSchema)

/** Figures of an arm's metrics by id, on the test set, for the weights that it has figures of. */
export const armMetricsSchema = z.object({
  final: byMetric.exactOptional(),
  best: byMetric.exactOptional(),
  average: byMetric.exactOptional(),
  /** Why a metric has no figures, by its id. */
  missing: z.record(z.string(), z.string()).exactOptional(),
})

/** Figures of an arm's metrics. */
export type ArmMetrics = Readonly<z.output<typeof armMetricsSchema>>

/** A metric that a run was asked for, as records have it. */
export const metricEntrySchema = z.object({
  id: z.string(),
  title: z.string(),
  better: z.enum(['higher', 'lower']),
  unit: z.enum(['fraction', 'number']),
  options: z.record(z.string(), z.unknown()),
})
