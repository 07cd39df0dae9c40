import { describeValue, isTensor } from '../errors/describe-value.js'
import { UmbraError } from '../errors/umbra-error.js'
import { isPlainObject } from '../util/frozen-copy.js'
import type { Arm } from './arm.js'

/**
 * Throws UMBRA_TERMS where an objective did not return one float32 term `[batch]` for each of its weights, or state of other names,
 * shapes or types than it prepared.
 */
export function checkTerms(result: unknown, { spec, state: prepared }: Arm, batch: number): void {
  const fail = (expected: string, received: string): never => {
    throw new UmbraError('UMBRA_TERMS', {
      subject: `objective of method "${spec.method}"`,
      expected,
      received,
    })
  }
  if (!isPlainObject(result)) return fail('an object with terms', describeValue(result))
  const { terms, state = {} } = result
  if (!isPlainObject(terms)) return fail('terms by name', describeValue(terms))
  const weighted = Object.keys(spec.objective.weights)
  const names = Object.keys(terms)
  const differs = weighted.length !== names.length || weighted.some((name) => !(name in terms))
  if (differs) fail(`the terms it gives weights for (${weighted.join(', ')})`, names.join(', ') || 'none')
  for (const [name, term] of Object.entries(terms)) {
    const expected = `term "${name}" of one value an example, [${batch}] float32`
    if (!isTensor(term)) return fail(expected, describeValue(term))
    if (term.shape.length !== 1 || term.shape[0] !== batch || term.dtype !== 'float32')
      fail(expected, `[${term.shape.join(', ')}] ${term.dtype}`)
  }
  if (!isPlainObject(state)) return fail('state by name', describeValue(state))
  for (const [name, value] of Object.entries(state)) {
    const before = prepared[name]
    if (before === undefined)
      return fail(`state it prepared (${Object.keys(prepared).join(', ') || 'none'})`, `"${name}"`)
    const expected = `state "${name}" of shape [${before.shape.join(', ')}] ${before.dtype}`
    if (!isTensor(value)) return fail(expected, describeValue(value))
    if (before.shape.join() !== value.shape.join() || before.dtype !== value.dtype)
      fail(expected, `[${value.shape.join(', ')}] ${value.dtype}`)
  }
}
