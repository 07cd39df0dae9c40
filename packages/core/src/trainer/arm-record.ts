import { z } from 'zod'
import { stoppedSchema } from '../results/arm-result.js'
import { epochFiguresSchema } from '../results/epoch-figures.js'
import { evaluationSchema } from '../results/evaluation-schema.js'
import { emptySums } from './metrics-log.js'

/** What a checkpoint's sidecar stores of an arm, besides its tensors. */
export const armRecordSchema = z.object({
  /** Epochs that were finished. */
  history: z.array(epochFiguresSchema),
  sums: z.object({
    steps: z.number(),
    loss: z.number(),
    accuracy: z.number(),
    terms: z.record(z.string(), z.number()),
  }),
  /** The epoch that was best on validation so far; its weights are in the checkpoint too. */
  best: z.object({ epoch: z.number(), validation: evaluationSchema }).optional(),
  /** Set when a hook stopped the arm: it trains no further. */
  stopped: stoppedSchema.optional(),
  /** Training time so far, over all sessions. */
  seconds: z.number(),
  plugins: z.record(z.string(), z.unknown()),
})

export type ArmRecord = z.output<typeof armRecordSchema>
export const newRecord = (): ArmRecord => ({ history: [], sums: emptySums(), seconds: 0, plugins: {} })
