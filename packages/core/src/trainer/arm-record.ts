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
const evaluation = z.object({
  top1: z.number(),
  top5: z.number(),
  loss: z.number().nullable(),
  samples: z.number(),
})

/** What a checkpoint's sidecar says of an arm beside its tensors. */
export const armRecordSchema = z.object({
  history: z.array(
    z.object({
      epoch: z.number(),
      train: z.object({ loss: z.number(), accuracy: z.number(), terms: numbers }),
      test: evaluation.transform((e): Evaluation => ({ ...e, loss: e.loss ?? NaN })).optional(),
    }),
  ),
  sums: z.object({
    steps: z.number(),
    loss: z.number(),
    accuracy: z.number(),
    terms: z.record(z.string(), z.number()),
  }),
  /** Training time so far, over all sessions. */
  seconds: z.number(),
  plugins: z.record(z.string(), z.unknown()),
})

export type ArmRecord = z.output<typeof armRecordSchema>
/** One epoch of an arm: means over its training steps, and the evaluation after it, if there was one. */
export type EpochRecord = ArmRecord['history'][number]

export const newRecord = (): ArmRecord => ({ history: [], sums: emptySums(), seconds: 0, plugins: {} })
