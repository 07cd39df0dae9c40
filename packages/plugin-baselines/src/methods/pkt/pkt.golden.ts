import { tf, z } from '@umbra/core'
import { onEmbeddings } from '../../shared/golden-embeddings.js'
import { type GoldenFamily, goldenFamily } from '../../shared/golden-family.js'
import { neighbourhoodLoss } from './pkt.js'

/** Published numbers of the neighbourhood loss. */
export const pktGolden: GoldenFamily = goldenFamily({
  id: 'pkt',
  summary: 'The neighbourhood loss of method pkt.',
  hyper: z.strictObject({ eps: z.number().gt(0).optional() }),
  evaluate: (golden, { eps }) =>
    onEmbeddings(golden, (s, t) => ({ loss: tf.mean(neighbourhoodLoss(s, t, eps)) })),
})
