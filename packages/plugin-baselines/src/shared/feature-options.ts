import { positiveScheduledSchema, scheduledAtLeast, type Scheduled, z } from '@umbra/core'

/** Options of all methods on features: those of cross-entropy and of distillation of logits. */
export interface CommonOptions {
  readonly ceWeight: Scheduled
  readonly kdWeight: Scheduled
  readonly temperature: Scheduled
}

/** Pairs of taps: the i-th of the student goes with the i-th of the teacher. */
export interface TapOptions {
  readonly studentTaps: readonly string[]
  readonly teacherTaps: readonly string[]
}

/** Schemas and defaults of `CommonOptions`. */
export const commonOptions = {
  ceWeight: scheduledAtLeast(0).default(1).describe('Weight of the cross-entropy with the labels, 0 or more'),
  kdWeight: scheduledAtLeast(0)
    .default(0)
    .describe('Weight of T^2 KL(teacher || student) on the logits, 0 or more; 0 leaves the term out'),
  temperature: positiveScheduledSchema.default(4).describe('T of the term kd, above 0'),
}

/** The option `weight` of the term that a method adds. */
export const weightOption = (value: number, of: string) =>
  scheduledAtLeast(0).default(value).describe(`Weight of ${of}, 0 or more`)

/** The options `studentTaps` and `teacherTaps`, of equal length. */
export const tapOptions = (taps: readonly string[], least = 1) => ({
  studentTaps: names(taps, least).describe('Taps of the student, shallow to deep: aliases or layer names'),
  teacherTaps: names(taps, least).describe(
    'Taps of the teacher: the first goes with the first of the student, and so on',
  ),
})

const names = (taps: readonly string[], least: number) =>
  z
    .array(z.string().min(1))
    .min(least)
    .default([...taps])
