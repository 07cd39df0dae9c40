import { type GoldenFamily, goldenFamily, none } from '../../shared/golden-family.js'
import { onMapPairs } from '../../shared/golden-maps.js'
import { hintLoss } from './fitnet.js'

/** Published numbers of the hint loss. */
export const fitnetGolden: GoldenFamily = goldenFamily({
  id: 'fitnet',
  summary: 'The hint loss of method fitnet, after its regressor.',
  hyper: none,
  evaluate: (golden) => onMapPairs(golden, hintLoss),
})
