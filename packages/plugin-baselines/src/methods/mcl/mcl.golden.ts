import { entryOf, tf, z } from '@umbra/core'
import { goldenInputs, goldenLabels } from '@umbra/core/testing'
import { type GoldenFamily, goldenFamily } from '../../shared/golden-family.js'
import { evaluateLoss } from '../../shared/golden-loss.js'
import { unitVectors } from '../../shared/unit-vectors.js'
import { mutualContrast } from './mutual-contrast.js'

/** Published numbers of mutual contrast: embeddings of each network before normalisation to unit length. */
export const mclGolden: GoldenFamily = goldenFamily({
  id: 'mcl_supervised',
  summary: 'The four terms of method mcl on the embeddings of a case.',
  hyper: z.strictObject({
    networks: z.int().min(2).optional(),
    tau: z.number().gt(0),
    kd_T: z.number().gt(0),
  }),
  evaluate: (golden, { tau, kd_T, networks }) => {
    const labels = goldenLabels(golden)
    const embeddings = goldenInputs(golden, 'embedding_', networks)
    const inputs = Object.fromEntries(embeddings.map((x, k) => [`embedding_${k}`, x]))
    return evaluateLoss(inputs, (values) => {
      const unit = embeddings.map((_, k) => unitVectors(entryOf(values, `embedding_${k}`) as tf.Tensor2D))
      const terms = mutualContrast(unit, labels, { contrast: tau, soft: tf.scalar(kd_T) })
      const mean = (term: tf.Tensor1D): tf.Scalar => tf.mean(term)
      const means = {
        vcl: mean(terms.vcl),
        soft_vcl: mean(terms.softVcl),
        icl: mean(terms.icl),
        soft_icl: mean(terms.softIcl),
      }
      return { loss: tf.addN<tf.Scalar>(Object.values<tf.Scalar>(means)), terms: means }
    })
  },
})
