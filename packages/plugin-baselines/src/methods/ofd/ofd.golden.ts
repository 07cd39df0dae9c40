import { type tf, z } from '@umbra/core'
import { goldenInputs, goldenRepeats } from '@umbra/core/testing'
import { type GoldenFamily, goldenFamily } from '../../shared/golden-family.js'
import { onMaps } from '../../shared/golden-maps.js'
import { zip } from '../../shared/zip.js'
import { marginsFrom } from './bn-margins.js'
import { overhaulLoss } from './ofd.js'

/** Published numbers of the partial distance and of the margins. */
export const ofdGolden: GoldenFamily = goldenFamily({
  id: 'ofd',
  summary: 'The feature loss of method ofd after its connectors, and the margins.',
  hyper: z.strictObject({ stages: z.int().optional() }),
  evaluate: (golden) => {
    const { length } = goldenInputs(golden, 'student_feat_')
    goldenRepeats(golden, 'stages', length)
    const scales = goldenInputs(golden, 'bn_weight_', length)
    const shifts = goldenInputs(golden, 'bn_bias_', length)
    const margins = zip(scales, shifts).map(([scale, shift]) =>
      marginsFrom(scale as tf.Tensor1D, shift as tf.Tensor1D),
    )
    const { loss, grads } = onMaps(golden, (s, t) => [overhaulLoss(s, t, margins)])
    const extra = Object.fromEntries(margins.map((margin, i) => [`margin_${i}`, margin]))
    return { loss, grads, extra }
  },
})
