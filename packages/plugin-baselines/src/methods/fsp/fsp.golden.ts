import { type GoldenFamily, goldenFamily, none } from '../../shared/golden-family.js'
import { onMaps } from '../../shared/golden-maps.js'
import { flowLosses } from './fsp.js'

/** Published numbers of the flow loss. */
export const fspGolden: GoldenFamily = goldenFamily({
  id: 'fsp',
  summary: 'The flow loss of method fsp.',
  hyper: none,
  evaluate: (golden) => onMaps(golden, flowLosses),
})
