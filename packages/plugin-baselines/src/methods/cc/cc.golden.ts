import { tf } from '@umbra/core'
import { onEmbeddings } from '../../shared/golden-embeddings.js'
import { type GoldenFamily, goldenFamily, none } from '../../shared/golden-family.js'
import { consecutiveLoss } from './cc.js'

/** Published numbers of correlation congruence, as released. */
export const ccGolden: GoldenFamily = goldenFamily({
  id: 'cc',
  summary: 'The term of method cc, as released.',
  hyper: none,
  evaluate: (golden) => onEmbeddings(golden, (s, t) => ({ loss: tf.mean(consecutiveLoss(s, t)) })),
})
