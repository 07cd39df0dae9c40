import { suggestion } from '../errors/nearest.js'
import { describeValue } from '../errors/describe-value.js'
import { UmbraError } from '../errors/umbra-error.js'
import { isPlainObject } from '../util/frozen-copy.js'

const SETTINGS = [
  'weights',
  'scalars',
  'labels',
  'taps',
  'peers',
  'feeds',
  'memory',
  'prepare',
  'terms',
] as const

/** Throws UMBRA_TERMS for what is no specification of an objective, or has settings of other names. */
export function checkSpec(spec: unknown): void {
  if (!isPlainObject(spec)) throw refusal('an object with `weights` and `terms`', describeValue(spec))
  const unknown = Object.keys(spec).find((key) => !SETTINGS.some((setting) => setting === key))
  if (unknown !== undefined)
    throw new UmbraError('UMBRA_TERMS', {
      subject: `unknown setting "${unknown}" of an objective`,
      remedy: suggestion(unknown, SETTINGS),
    })
  if (!isPlainObject(spec.weights))
    throw refusal('`weights`, a weight for each term', describeValue(spec.weights))
  if (typeof spec.terms !== 'function') throw refusal('`terms`, a function', describeValue(spec.terms))
}

type Values<T> = Readonly<Record<string, T | undefined>>

/** What `terms` returned: terms, or a pair of terms and new state. Throws UMBRA_TERMS for anything else. */
export function checkedResult<T, Z>(
  result: Values<T> | readonly [Values<T>, Values<Z>],
): { readonly terms: Values<T>; readonly state?: Values<Z> } {
  if (!isPair(result)) {
    if (!isPlainObject(result))
      throw refusal(RESULT, describeValue(result), '`terms` is not async and returns its terms')
    return { terms: result }
  }
  const [terms, state, ...rest] = result as readonly [Values<T>, Values<Z>, ...unknown[]]
  if (rest.length > 0) throw refusal(RESULT, `a list of ${rest.length + 2}`, 'Return nothing else')
  if (!isPlainObject(terms)) throw refusal(RESULT, `${describeValue(terms)} as terms`)
  if (!isPlainObject(state)) throw refusal(RESULT, `${describeValue(state)} as state`)
  return { terms, state }
}

const RESULT = 'terms by name from `terms`, or a pair of terms and new state'

const isPair = <A, B>(result: A | readonly [A, B]): result is readonly [A, B] => Array.isArray(result)

/** What reading `labels` throws in an objective that has not asked for them. */
export const labelsRefusal = (): UmbraError =>
  refusal(
    "`labels: 'hard'`, which asks for exactly one class for each example",
    '`labels` read without it',
    "Set `labels: 'hard'`, or take `target`, which has labels of every kind",
  )

const refusal = (expected: string, received: string, remedy?: string): UmbraError =>
  new UmbraError('UMBRA_TERMS', {
    ...{ subject: 'an objective', expected, received },
    ...(remedy === undefined ? {} : { remedy }),
  })
