import type { Tensor } from '@tensorflow/tfjs-core'
import type { ModelOutputs } from '../contracts/objective.js'
import { UmbraError } from '../errors/umbra-error.js'
import { entryOf } from './entry-of.js'
import { namedRecord } from './named-record.js'

/** A model's outputs, with its taps by name. */
export interface NamedOutputs extends ModelOutputs {
  /** A tapped feature, `[batch, ...]`. Throws UMBRA_TAP_UNKNOWN for one the objective has not asked for in `taps`. */
  readonly tap: <T extends Tensor = Tensor>(name: string) => T
}

/** Outputs whose taps are looked up with an error in place of undefined. */
export const namedOutputs = (outputs: ModelOutputs, subject: string): NamedOutputs => ({
  ...outputs,
  taps: namedRecord(outputs.taps, `tap of ${subject}`, 'UMBRA_TAP_UNKNOWN'),
  tap: <T extends Tensor>(name: string) =>
    entryOf(outputs.taps, name, { code: 'UMBRA_TAP_UNKNOWN', subject: `tap "${name}" of ${subject}` }) as T,
})

/** The teacher where there is exactly one. Throws UMBRA_TEACHERS otherwise. */
export function onlyTeacher<T>(teachers: readonly T[]): T {
  const [teacher] = teachers
  if (teacher !== undefined && teachers.length === 1) return teacher
  throw new UmbraError('UMBRA_TEACHERS', {
    subject: '`teacher` of an objective',
    expected: 'exactly one teacher',
    received: String(teachers.length),
    remedy: "Use `teachers`, or set the method's `teachers` to { min: 1, max: 1 }",
  })
}
