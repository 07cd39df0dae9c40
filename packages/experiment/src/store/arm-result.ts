import { z, type Evaluation } from '@umbra/core'
import { type ComparisonRecord, evaluationSchema, historySchema, stoppedSchema } from '@umbra/core/trainer'

/** What an arm's `result.json` holds. */
export const armResultSchema = z.object({
  arm: z.string(),
  label: z.string(),
  method: z.string(),
  seed: z.number(),
  /** Hash of everything that determines the result: an arm with the same hash need not be trained again. */
  hash: z.string(),
  /** On the test set after the last epoch. */
  evaluation: evaluationSchema.optional(),
  /** The epoch that was best on validation; test results never chose it. */
  best: z
    .object({ epoch: z.number(), validation: evaluationSchema, test: evaluationSchema.optional() })
    .optional(),
  /** On the test set, of the average that a hook kept beside the student. */
  average: evaluationSchema.optional(),
  /** Why a hook ended it before the recipe did; `epoch` (0-based) was its last. */
  stopped: stoppedSchema.optional(),
  failed: z.object({ code: z.string(), reason: z.string(), epoch: z.number().optional() }).optional(),
  /** Training time of the cohort the arm was in. */
  seconds: z.number(),
  /** Its share of that. */
  ownSeconds: z.number().optional(),
  imagesPerSecond: z.number(),
  /** All arms of that cohort. */
  cohort: z.array(z.string()),
  history: historySchema,
})
export type ArmResult = z.output<typeof armResultSchema>

export const teacherResultSchema = z.object({
  label: z.string(),
  hash: z.string(),
  parameters: z.number(),
  evaluation: evaluationSchema,
  measures: z.record(z.string(), z.number()).optional(),
})
export type TeacherResult = z.output<typeof teacherResultSchema>

/** One method over its seeds, as tables take it. Fractions 0..1, test set, after the last epoch. */
export interface MethodResult {
  readonly id: string
  readonly label: string
  readonly seeds: readonly {
    readonly seed: number
    readonly top1: number
    readonly top5: number
    readonly loss: number
    readonly seconds: number
    readonly imagesPerSecond: number
    readonly failed?: string
  }[]
}

export interface ComparisonResult {
  readonly name: string
  readonly runDir: string
  readonly engine: string
  readonly dataset: string
  /** Of all pairs; with several, labels start with the pair's id. */
  readonly methods: readonly MethodResult[]
  readonly teachers: readonly ({ readonly label: string; readonly parameters: number } & Evaluation)[]
  readonly student: { readonly label: string; readonly parameters: number }
  /** Wall time over all sessions that trained something. */
  readonly seconds: number
  readonly credit?: string
  /** Everything a report is made of; also `record.json` in the run folder. */
  readonly record: ComparisonRecord
}

/** Results of a record in the form of tables. */
export function methodResults({ pairs }: ComparisonRecord): MethodResult[] {
  return pairs.flatMap(({ id: pair, methods }) =>
    methods.map(({ id, label, arms }) => ({
      id,
      label: pairs.length === 1 ? label : `${pair} ${label}`,
      seeds: arms.map(({ seed, last, failed, seconds, imagesPerSecond }) => ({
        seed,
        top1: last?.top1 ?? NaN,
        top5: last?.top5 ?? NaN,
        loss: last?.loss ?? NaN,
        seconds,
        imagesPerSecond,
        ...(failed === undefined ? {} : { failed: failed.reason }),
      })),
    })),
  )
}
