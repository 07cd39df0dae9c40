import { type GoldenFamily, goldenFamily, none } from '../../shared/golden-family.js'
import { onMapPairs } from '../../shared/golden-maps.js'
import { similarityLoss } from './sp.js'

/** Published numbers of the similarity loss. */
export const spGolden: GoldenFamily = goldenFamily({
  id: 'sp',
  summary: 'The similarity loss of method sp.',
  hyper: none,
  evaluate: (golden) => onMapPairs(golden, similarityLoss),
})
