import { describeValue, isTensor } from '../errors/describe-value.js'
import { nearest } from '../errors/nearest.js'
import { UmbraError } from '../errors/umbra-error.js'
import type { Carried } from '../contracts/hooks.js'
import type { TensorRecord } from '../contracts/objective.js'
import { isPlainObject } from '../util/frozen-copy.js'
import { checkTensors } from '../tensor-ops/check-tensors.js'

const PARTS = ['value', 'state']

/**
 * Returns what a step left behind if it has no other parts than value and state, and these only names, shapes and types of those
 * before. Throws UMBRA_HOOK for the first thing that differs.
 */
export function checkCarried(
  carried: unknown,
  value: TensorRecord,
  state: TensorRecord,
): Carried<TensorRecord> {
  if (!isPlainObject(carried))
    throw new UmbraError('UMBRA_HOOK', {
      subject: 'what it returns',
      expected: '{ value, state }, either of which may be left out',
      received: describeValue(carried),
    })
  const other = Object.keys(carried).find((name) => !PARTS.includes(name))
  if (other !== undefined)
    throw new UmbraError('UMBRA_HOOK', {
      subject: 'what it returns',
      expected: '{ value, state }, either of which may be left out',
      received: `"${other}" in it`,
      remedy:
        other in value
          ? 'Return changed weights under value: { value: weights }'
          : `Did you mean "${nearest(other, PARTS) ?? 'state'}"?`,
    })
  if (carried.value !== undefined) checkTensors(carried.value, value, { noun: 'value', complete: false })
  if (carried.state !== undefined) checkTensors(carried.state, state, { noun: 'state', complete: false })
  // Checked just now.
  return carried
}

/** Returns what a hook carries in the beginning. Throws UMBRA_HOOK for what is no record of tensors. */
export function checkInitial(state: unknown): TensorRecord {
  const fail = (subject: string, received: string): never => {
    throw new UmbraError('UMBRA_HOOK', { subject, expected: 'tensors by name', received })
  }
  if (!isPlainObject(state)) return fail('what "initial" returns', describeValue(state))
  for (const [name, tensor] of Object.entries(state))
    if (!isTensor(tensor)) fail(`"${name}" of what "initial" returns`, describeValue(tensor))
  // Checked just now.
  return state as TensorRecord
}
