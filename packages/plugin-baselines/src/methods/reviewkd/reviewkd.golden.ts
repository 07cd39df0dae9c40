import { type GoldenFamily, goldenFamily, none } from '../../shared/golden-family.js'
import { onMapPairs } from '../../shared/golden-maps.js'
import { contextLoss } from './reviewkd.js'

/** Published numbers of the hierarchical context loss. */
export const reviewkdGolden: GoldenFamily = goldenFamily({
  id: 'reviewkd_hcl',
  summary: 'The hierarchical context loss of method reviewkd on maps already fused.',
  hyper: none,
  evaluate: (golden) => onMapPairs(golden, contextLoss),
})
