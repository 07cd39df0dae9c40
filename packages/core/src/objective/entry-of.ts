import type { ErrorCode } from '../errors/codes.js'
import { suggestion } from '../errors/nearest.js'
import { UmbraError } from '../errors/umbra-error.js'

/** What an error about a missing entry says. */
export interface EntrySubject {
  readonly code: ErrorCode
  readonly subject: string
}

/**
 * An entry of a record whose names are made at run time (`kernel0`, `kernel1`, …), never undefined.
 *
 * Throws UMBRA_TERMS, or the code given, with the names that are there.
 */
export function entryOf<T>(
  record: Readonly<Record<string, T>>,
  name: string,
  { code, subject }: EntrySubject = { code: 'UMBRA_TERMS', subject: `"${name}"` },
): T {
  const value = Object.hasOwn(record, name) ? record[name] : undefined
  if (value !== undefined) return value
  throw new UmbraError(code, {
    subject: `${subject} is missing`,
    remedy: suggestion(name, Object.keys(record)),
  })
}
