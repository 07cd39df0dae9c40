import type { Objective, TensorRecord, Terms } from '../contracts/objective.js'
import { nearest } from '../errors/nearest.js'
import { describeTensor, describeValue, isTensor } from '../errors/describe-value.js'
import { UmbraError } from '../errors/umbra-error.js'
import { isPlainObject } from '../util/frozen-copy.js'

/** What terms are checked against. */
export interface TermsContract {
  readonly weights: Objective['weights']
  /** Number of examples. */
  readonly batch: number
  /** State as it was prepared; left out where it is not known. */
  readonly state?: TensorRecord
  /** Whose terms they are: `method "kd"`. */
  readonly subject: string
}

/**
 * Holds what an objective returned to its contract: a term for each weight and no other, each float32 `[batch]`; state as it was
 * prepared. Throws UMBRA_TERMS.
 */
export function checkTerms(result: Terms, { weights, batch, state, subject }: TermsContract): void {
  const fail = (expected: string, received: string, remedy?: string): never => {
    const facts = { subject, expected, received }
    throw new UmbraError('UMBRA_TERMS', remedy === undefined ? facts : { ...facts, remedy })
  }
  // Widened throughout: a plugin may have ignored the types.
  const terms: unknown = (result as Terms | undefined)?.terms
  if (!isPlainObject(terms)) return fail('terms by name', describeValue(terms ?? result), TERMS_REMEDY)
  checkNames(Object.keys(weights), Object.keys(terms), fail)
  for (const [name, term] of Object.entries(terms)) {
    const expected = `term "${name}" of one value an example, [${batch}] float32`
    if (!isTensor(term)) fail(expected, describeValue(term), 'Return a tensor')
    else if (term.shape.length !== 1 || term.shape[0] !== batch)
      fail(expected, describeTensor(term), SHAPE_REMEDY)
    else if (term.dtype !== 'float32') fail(expected, describeTensor(term), 'Cast it to float32')
  }
  if (state !== undefined) checkState(result.state, state, fail)
}

const TERMS_REMEDY = 'Return an object of terms from `terms`, which is not async'
const SHAPE_REMEDY =
  'Take sums or means over all dimensions but the first; the trainer takes the mean over examples'

type Fail = (expected: string, received: string, remedy?: string) => never

function checkNames(weighted: readonly string[], names: readonly string[], fail: Fail): void {
  const without = weighted.filter((name) => !names.includes(name))
  const extra = names.filter((name) => !weighted.includes(name))
  if (without.length === 0 && extra.length === 0) return
  const [first = ''] = extra
  const near = nearest(first, without)
  fail(
    `the terms it gives weights for (${weighted.join(', ') || 'none'})`,
    names.join(', ') || 'none',
    near === undefined
      ? 'Give each term a weight, and each weight a term'
      : `Is "${first}" the term of the weight "${near}"?`,
  )
}

function checkState(next: unknown, prepared: TensorRecord, fail: Fail): void {
  if (next === undefined) return
  if (!isPlainObject(next)) return fail('new values of the state by name', describeValue(next))
  for (const [name, value] of Object.entries(next)) {
    const before = Object.hasOwn(prepared, name) ? prepared[name] : undefined
    if (before === undefined) {
      fail(`state it prepared (${Object.keys(prepared).join(', ') || 'none'})`, `"${name}"`)
      continue
    }
    const expected = `state "${name}" of shape ${describeTensor(before)}`
    if (!isTensor(value)) fail(expected, describeValue(value))
    else if (describeTensor(before) !== describeTensor(value)) fail(expected, describeTensor(value))
  }
}
