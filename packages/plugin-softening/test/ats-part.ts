import type { PartLookup } from '@umbra/core'
import { noParts } from '@umbra/core/testing'
import { expect } from 'vitest'
import { atsSoftening } from '../src/softenings/ats.js'

/** The softening `ats` and no other part. */
export const atsPart: PartLookup = {
  ...noParts,
  softening: (id, options) => {
    expect(id).toBe('ats')
    return atsSoftening.create(atsSoftening.options.parse(options))
  },
}
