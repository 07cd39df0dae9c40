import { z } from '@umbra/core'
import { type GoldenFamily, goldenFamily } from '../../shared/golden-family.js'
import { onMapPairs } from '../../shared/golden-maps.js'
import { attentionLoss } from './at.js'

/** Published numbers of the attention loss, as released. */
export const atGolden: GoldenFamily = goldenFamily({
  id: 'at',
  summary: 'The attention loss of method at.',
  hyper: z.strictObject({ p: z.int().min(1).default(2) }),
  evaluate: (golden, { p }) => onMapPairs(golden, (s, t) => attentionLoss(s, t, { p, signed: true })),
})
