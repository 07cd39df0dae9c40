import type { Carried } from '../contracts/hooks.js'
import type { TensorRecord } from '../contracts/objective.js'
import { UmbraError } from '../errors/umbra-error.js'

/**
 * Returns what a step left behind if its names and shapes are among those before it.
 * Throws UMBRA_HOOK for the first that is not.
 */
export function checkCarried(
  carried: Carried<TensorRecord>,
  value: TensorRecord,
  state: TensorRecord,
): Carried<TensorRecord> {
  // Widened: a plugin may have ignored the type.
  const left: unknown = carried
  if (typeof left !== 'object' || left === null || left instanceof Promise)
    throw new UmbraError('UMBRA_HOOK', {
      subject: 'what it returns',
      expected: '{ value, state }, either of which may be left out',
      received: left instanceof Promise ? 'a promise' : String(left),
    })
  checkTensors('value', value, carried.value ?? {})
  checkTensors('state', state, carried.state ?? {})
  return carried
}

/** Throws UMBRA_HOOK for the first tensor whose name or shape is not among those expected. */
export function checkTensors(what: string, expected: TensorRecord, tensors: TensorRecord): void {
  for (const [name, tensor] of Object.entries(tensors)) {
    const before = expected[name]
    if (before === undefined)
      throw new UmbraError('UMBRA_HOOK', {
        subject: what,
        expected: `a name among ${Object.keys(expected).join(', ') || 'none'}`,
        received: `"${name}"`,
      })
    if (before.shape.join() !== tensor.shape.join())
      throw new UmbraError('UMBRA_HOOK', {
        subject: `${what} "${name}"`,
        expected: `shape [${before.shape.join(', ')}]`,
        received: `[${tensor.shape.join(', ')}]`,
      })
  }
}
