import { type GoldenFamily, goldenFamily, none } from '../../shared/golden-family.js'
import { onMapPairs } from '../../shared/golden-maps.js'
import { selectivityLoss } from './nst.js'

/** Published numbers of the selectivity loss. */
export const nstGolden: GoldenFamily = goldenFamily({
  id: 'nst',
  summary: 'The selectivity loss of method nst.',
  hyper: none,
  evaluate: (golden) => onMapPairs(golden, selectivityLoss),
})
