import type { PartLookup } from '../contracts/parts.js'
import { UmbraError } from '../errors/umbra-error.js'

const refuse = (id: string): never => {
  throw new UmbraError('UMBRA_UNKNOWN_ID', { subject: `part "${id}"`, expected: 'none in a golden case' })
}

/** No part: golden cases use what the published code does. */
export const goldenParts: PartLookup = Object.freeze({
  softening: refuse,
  enhancement: refuse,
  weighting: refuse,
})
