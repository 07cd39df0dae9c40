import type { PartLookup } from '../contracts/parts.js'
import { UmbraError } from '../errors/umbra-error.js'

const refuse = (kind: string) => (id: string) => {
  throw new UmbraError('UMBRA_UNKNOWN_ID', {
    subject: `${kind} "${id}"`,
    expected: 'a method that asks for no part of another plugin',
  })
}

/** A registry without parts, for testing methods that need none. Throws UMBRA_UNKNOWN_ID when asked. */
export const noParts: PartLookup = Object.freeze({
  softening: refuse('softening'),
  enhancement: refuse('enhancement'),
  weighting: refuse('weighting'),
})
