import { z } from 'zod'
import type { Evaluation } from '../contracts/events.js'

const evaluationSchema = z.object({
  top1: z.number(),
  top5: z.number(),
  loss: z.number(),
  samples: z.number(),
})

/** What an arm's `result.json` holds. */
export const armResultSchema = z.object({
  arm: z.string(),
  label: z.string(),
  method: z.string(),
  seed: z.number(),
  /** Hash of everything that determines the result: an arm with the same hash need not be trained again. */
  hash: z.string(),
  evaluation: evaluationSchema.optional(),
  failed: z.object({ code: z.string(), reason: z.string() }).optional(),
  /** Training time of the cohort the arm was in. */
  seconds: z.number(),
  imagesPerSecond: z.number(),
  history: z.array(z.unknown()),
})
export type ArmResult = z.output<typeof armResultSchema>

export const teacherResultSchema = z.object({
  label: z.string(),
  hash: z.string(),
  parameters: z.number(),
  evaluation: evaluationSchema,
})
export type TeacherResult = z.output<typeof teacherResultSchema>

/** One method over its seeds, as reports take it. Fractions 0..1. */
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
  readonly methods: readonly MethodResult[]
  readonly teachers: readonly ({ readonly label: string; readonly parameters: number } & Evaluation)[]
  readonly student: { readonly label: string; readonly parameters: number }
  /** Wall time of this session. */
  readonly seconds: number
  readonly credit?: string
}

/** Results of arms gathered by method label, in the order of the configuration. */
export function gatherMethods(labels: readonly string[], arms: readonly ArmResult[]): MethodResult[] {
  return labels.map((label) => {
    const own = arms.filter((arm) => arm.label === label).sort((a, b) => a.seed - b.seed)
    return {
      label,
      id: own[0]?.method ?? label,
      seeds: own.map(({ seed, evaluation, failed, seconds, imagesPerSecond }) => ({
        seed,
        top1: evaluation?.top1 ?? NaN,
        top5: evaluation?.top5 ?? NaN,
        loss: evaluation?.loss ?? NaN,
        seconds,
        imagesPerSecond,
        ...(failed === undefined ? {} : { failed: failed.reason }),
      })),
    }
  })
}
