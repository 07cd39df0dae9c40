import { isRecord } from '@umbra/core/trainer'
/**
 * Options, overridden by those of a search candidate. A dotted name leads into the options of a part of a sum:
 * `{ 'fitnet.weight': 50 }` sets `weight` of `fitnet`.
 */
export function withCandidate(
  options: Readonly<Record<string, unknown>>,
  candidate: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.entries(candidate).reduce(
    (result, [path, value]) => withValue(result, path.split('.'), value),
    options,
  )
}

function withValue(
  options: Readonly<Record<string, unknown>>,
  [first = '', ...rest]: readonly string[],
  value: unknown,
): Readonly<Record<string, unknown>> {
  if (rest.length === 0) return { ...options, [first]: value }
  const inner = Object.hasOwn(options, first) ? options[first] : undefined
  return { ...options, [first]: withValue(isRecord(inner) ? inner : {}, rest, value) }
}
