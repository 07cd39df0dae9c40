import { type PartLookup, UmbraError } from '@umbra/core'

const refuse = (kind: string) => (id: string) => {
  throw new UmbraError('UMBRA_UNKNOWN_ID', {
    subject: `${kind} "${id}"`,
    expected: 'a baseline, which asks for no part of another plugin',
  })
}

/** For calling the methods of this plugin, none of which asks for a part. */
export const NO_PARTS: PartLookup = Object.freeze({
  softening: refuse('softening'),
  enhancement: refuse('enhancement'),
  weighting: refuse('weighting'),
})
