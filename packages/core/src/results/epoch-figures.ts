import { z } from 'zod'
import { evaluationSchema, figureSchema } from './evaluation-schema.js'

const figures = z.record(z.string(), figureSchema)

export const epochFiguresSchema = z.object({
  /** 0-based. */
  epoch: z.int().min(0),
  /** Means over the epoch; accuracy as a fraction 0..1, losses in nats. */
  train: z.object({
    loss: figureSchema,
    accuracy: figureSchema,
    /** Each term before its weight. */
    terms: figures,
    /** Weight of each term at the end of the epoch. */
    weights: figures.exactOptional(),
  }),
  /** On the images held out from training. */
  validation: evaluationSchema.exactOptional(),
  /** The same of the average kept beside the student. */
  average: evaluationSchema.exactOptional(),
})
/** One epoch of one arm: means over its training steps, and the evaluation after it, if there was one. */
export type EpochFigures = z.output<typeof epochFiguresSchema>
