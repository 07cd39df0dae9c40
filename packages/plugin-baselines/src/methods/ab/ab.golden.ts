import { z } from '@umbra/core'
import { goldenInputs, goldenRepeats } from '@umbra/core/testing'
import { type GoldenFamily, goldenFamily } from '../../shared/golden-family.js'
import { onMaps } from '../../shared/golden-maps.js'
import { boundaryLosses } from './ab.js'

/** Published numbers of the boundary losses. */
export const abGolden: GoldenFamily = goldenFamily({
  id: 'ab',
  summary: 'The boundary losses of method ab on pre-activations of equal shapes.',
  hyper: z.strictObject({ margin: z.number().default(1), feat_num: z.int().optional() }),
  evaluate: (golden, { margin }) => {
    goldenRepeats(golden, 'feat_num', goldenInputs(golden, 'student_feat_').length)
    return onMaps(golden, (s, t) => boundaryLosses(s, t, margin))
  },
})
