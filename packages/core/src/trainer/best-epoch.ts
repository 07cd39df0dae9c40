import type { Variable } from '@tensorflow/tfjs-core'
import type { StoredTensor } from '../checkpoint/safetensors.js'
import type { Evaluation } from '../contracts/events.js'
import type { Arm } from './arm.js'
import type { ArmRecord } from './arm-record.js'

/** A student's weights by name. */
export type StudentWeights = ReadonlyMap<string, StoredTensor>

const PREFIX = 'student/'

/** The student's part of what an arm saves. */
export const studentVariables = (arm: Arm): Map<string, Variable> =>
  new Map(
    [...arm.saved].flatMap(([name, variable]) =>
      name.startsWith(PREFIX) ? [[name.slice(PREFIX.length), variable] as const] : [],
    ),
  )

/**
 * Notes an epoch that is better on validation than all before it: more right answers, or as many with a smaller loss.
 * True when its weights should be kept.
 */
export function noteBest(record: Pick<ArmRecord, 'best'>, epoch: number, validation: Evaluation): boolean {
  const best = record.best?.validation
  const better =
    best === undefined ||
    validation.top1 > best.top1 ||
    (validation.top1 === best.top1 && validation.loss < best.loss)
  if (better) record.best = { epoch, validation }
  return better
}
