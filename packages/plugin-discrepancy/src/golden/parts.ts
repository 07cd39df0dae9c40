import { type PartLookup, UmbraError } from '@umbra/core'

const refuse = (id: string): never => {
  throw new UmbraError('UMBRA_UNKNOWN_ID', { subject: `part "${id}"`, expected: 'none in a golden case' })
}

/** No part: golden cases use the softenings of this package as the published code does. */
export const goldenParts: PartLookup = Object.freeze({
  softening: refuse,
  enhancement: refuse,
  weighting: refuse,
})
