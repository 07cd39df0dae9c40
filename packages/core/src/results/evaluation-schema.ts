import { z } from 'zod'
import type { Evaluation } from '../contracts/events.js'

/** A figure in a file: JSON has no NaN, so that null stands for one. */
export const figureSchema = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN)

/** An evaluation in a file. */
export const evaluationSchema = z.object({
  top1: figureSchema,
  top5: figureSchema,
  loss: figureSchema,
  samples: z.int().min(0),
}) satisfies z.ZodType<Evaluation>
