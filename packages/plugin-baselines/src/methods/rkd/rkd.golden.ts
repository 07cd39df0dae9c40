import { tf, z } from '@umbra/core'
import { onEmbeddings } from '../../shared/golden-embeddings.js'
import { type GoldenFamily, goldenFamily } from '../../shared/golden-family.js'
import { angleLoss, distanceLoss } from './rkd.js'

/** Published numbers of both relational losses. */
export const rkdGolden: GoldenFamily = goldenFamily({
  id: 'rkd',
  summary: 'Both terms of method rkd.',
  hyper: z.strictObject({ w_distance: z.number().default(25), w_angle: z.number().default(50) }),
  evaluate: (golden, { w_distance, w_angle }) =>
    onEmbeddings(golden, (s, t) => {
      const distance = tf.mean<tf.Scalar>(distanceLoss(s, t))
      const angle = tf.mean<tf.Scalar>(angleLoss(s, t))
      const loss: tf.Scalar = tf.add(tf.mul(distance, w_distance), tf.mul(angle, w_angle))
      return { loss, terms: { distance, angle } }
    }),
})
