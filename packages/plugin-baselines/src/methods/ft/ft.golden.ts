import { z } from '@umbra/core'
import { type GoldenFamily, goldenFamily } from '../../shared/golden-family.js'
import { onMapPairs } from '../../shared/golden-maps.js'
import { factorLoss } from './ft.js'

/** Published numbers of the factor loss. */
export const ftGolden: GoldenFamily = goldenFamily({
  id: 'ft',
  summary: 'The factor loss of method ft on the factors of a case.',
  hyper: z.strictObject({ p1: z.int().min(1).default(2), p2: z.int().min(1).default(1) }),
  evaluate: (golden, powers) => onMapPairs(golden, (s, t) => factorLoss(s, t, powers)),
})
