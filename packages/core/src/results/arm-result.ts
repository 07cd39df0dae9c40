import { z } from 'zod'
import { epochFiguresSchema } from './epoch-figures.js'
import { armMetricsSchema } from './metric-figures.js'
import { evaluationSchema, figureSchema } from './evaluation-schema.js'

const epoch = z.int().min(0)

/** Why an arm ended before its last epoch: `epoch` (0-based) was its last. */
export const stoppedSchema = z.object({ epoch, reason: z.string() })

/**
 * What came out of one arm: the one shape of it in `result.json`, in `record.json` and in reports. Epochs are 0-based.
 * An arm without `failed` went through its training.
 */
export const armResultSchema = z.object({
  /** Id of the arm and name of its folder: `kd-s0`. */
  arm: z.string(),
  /** Name of the method in tables. */
  label: z.string(),
  /** The method's id. */
  method: z.string(),
  seed: z.number(),
  /** Hash of everything that determines the result: an arm with the same hash need not be trained again. */
  hash: z.string(),
  /** The run that trained it, and when: ISO 8601. */
  made: z.object({ run: z.string(), date: z.string() }).exactOptional(),
  /** Test set, read once, with the weights of the last epoch. */
  final: evaluationSchema.exactOptional(),
  /** Test set with the weights of `bestEpoch`. */
  best: evaluationSchema.exactOptional(),
  /** The epoch that was best on validation; test results never chose it. */
  bestEpoch: z.object({ epoch, validation: evaluationSchema }).exactOptional(),
  /** Test set with the average of weights that a hook kept beside the student. */
  average: evaluationSchema.exactOptional(),
  /** Why a hook ended its training before the recipe did. */
  stopped: stoppedSchema.exactOptional(),
  failed: z.object({ code: z.string(), reason: z.string(), epoch: epoch.exactOptional() }).exactOptional(),
  history: z.array(epochFiguresSchema).readonly(),
  /** Of the metrics that a run was asked for: in its record, not in `result.json`, which other runs share. */
  metrics: armMetricsSchema.exactOptional(),
  /** Training time of the cohort the arm was in, seconds. */
  seconds: figureSchema,
  /** Its share of that time: the teacher passes are shared by all arms. */
  ownSeconds: figureSchema.exactOptional(),
  imagesPerSecond: figureSchema,
  /** All arms of that cohort. */
  cohort: z.array(z.string()).readonly(),
})

/** What came out of one arm. */
export type ArmResult = Readonly<z.output<typeof armResultSchema>>
