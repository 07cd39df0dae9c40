import { describeValue, isPromise } from '../errors/describe-value.js'
import { UmbraError } from '../errors/umbra-error.js'
import { scheduledSchema } from '../schedules/schedule.js'
import { isPlainObject } from '../util/frozen-copy.js'
import type { NewArm } from './arm.js'

/**
 * Throws UMBRA_TERMS for an objective that cannot be trained: without `terms`, without a weight, or with a weight or scalar that
 * is neither a finite number nor a schedule.
 */
export function checkObjective({ method, objective }: Pick<NewArm, 'method' | 'objective'>): void {
  // Widened: a plugin may have ignored the type.
  const made: unknown = objective
  if (!isPlainObject(made) || typeof made.terms !== 'function' || !isPlainObject(made.weights))
    throw new UmbraError('UMBRA_TERMS', {
      subject: `objective of method "${method}"`,
      expected: 'an object with weights and terms',
      received: isPromise(made) || !isPlainObject(made) ? describeValue(made) : 'one without them',
    })
  if (Object.keys(made.weights).length === 0)
    throw new UmbraError('UMBRA_TERMS', {
      subject: `objective of method "${method}"`,
      expected: 'a weight for at least one term',
      received: 'none',
    })
  checkScheduled('weight', made.weights, method)
  checkScheduled('scalar', made.scalars ?? {}, method)
}

function checkScheduled(noun: string, values: unknown, method: string): void {
  for (const [name, value] of Object.entries(isPlainObject(values) ? values : {}))
    if (!scheduledSchema.safeParse(value).success)
      throw new UmbraError('UMBRA_TERMS', {
        subject: `${noun} "${name}" of method "${method}"`,
        expected: 'a finite number or a schedule',
        received: describeValue(value),
      })
}
