import { z } from 'zod'
import type { Evaluation } from '../contracts/events.js'
import { emptySums } from './metrics-log.js'

const numbers = z.record(
  z.string(),
  z
    .number()
    .nullable()
    .transform((n) => n ?? NaN),
)
export const evaluationSchema = z
  .object({
    top1: z.number(),
    top5: z.number(),
    loss: z.number().nullable(),
    samples: z.number(),
  })
  .transform((e): Evaluation => ({ ...e, loss: e.loss ?? NaN }))

/** Epochs that were finished. */
export const historySchema = z.array(
  z.object({
    epoch: z.number(),
    train: z.object({
      loss: z.number(),
      accuracy: z.number(),
      terms: numbers,
      /** Weight of each term at the end of the epoch. */
      weights: z.record(z.string(), z.number()),
    }),
    validation: evaluationSchema.optional(),
    /** On validation, of the average that a hook keeps beside the student. */
    average: evaluationSchema.optional(),
  }),
)

/** Why an arm ended before its last epoch: `epoch` (0-based) was its last. */
export const stoppedSchema = z.object({ epoch: z.number(), reason: z.string() })

/** What a checkpoint's sidecar says of an arm beside its tensors. */
export const armRecordSchema = z.object({
  history: historySchema,
  sums: z.object({
    steps: z.number(),
    loss: z.number(),
    accuracy: z.number(),
    terms: z.record(z.string(), z.number()),
  }),
  /** The epoch that was best on validation so far; its weights are in the checkpoint too. */
  best: z.object({ epoch: z.number(), validation: evaluationSchema }).optional(),
  /** A hook ended it: there is nothing left to be trained. */
  stopped: stoppedSchema.optional(),
  /** Training time so far, over all sessions. */
  seconds: z.number(),
  plugins: z.record(z.string(), z.unknown()),
})

export type ArmRecord = z.output<typeof armRecordSchema>
/** One epoch of an arm: means over its training steps, and the evaluation on validation after it, if there was one. */
export type EpochRecord = ArmRecord['history'][number]

export const newRecord = (): ArmRecord => ({ history: [], sums: emptySums(), seconds: 0, plugins: {} })
