import type { ErrorCode } from '../errors/codes.js'
import { entryOf } from './entry-of.js'

/**
 * A record in which a name that is not there throws, with the nearest one that is, in place of undefined.
 * Listing, spreading and `in` work as before. `noun` is what an entry is: `scalar`.
 */
export const namedRecord = <T>(
  record: Readonly<Record<string, T>>,
  noun: string,
  code: ErrorCode = 'UMBRA_TERMS',
): Readonly<Record<string, T>> =>
  new Proxy(record, {
    get: (target, key) =>
      typeof key === 'symbol' || key in Object.prototype || ASKED_BY_LANGUAGE.includes(key)
        ? (Reflect.get(target, key) as unknown)
        : entryOf(target, key, { code, subject: `${noun} "${key}"` }),
  })

/** What `await` and JSON look for. */
const ASKED_BY_LANGUAGE: readonly string[] = ['then', 'toJSON']
