import { type GoldenDefinition, defineGolden, tf, z } from '@umbra/core'
import { goldenHyper, goldenInputs, goldenLabels } from '@umbra/core/testing'
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { unitVectors } from '../features/unit-vectors.js'
import { mutualContrast } from '../mcl/mutual-contrast.js'
import { evaluateLoss } from './feature-case.js'

const options = z.strictObject({})
const hyper = z.strictObject({
  networks: z.int().min(2).optional(),
  tau: z.number().gt(0),
  kd_T: z.number().gt(0),
})

/** Published numbers of mutual contrast: embeddings of each network before they are brought to unit length. */
export const mclGolden: GoldenDefinition<typeof options> = defineGolden({
  id: 'mcl_supervised',
  summary: 'The four terms of method mcl on given embeddings.',
  options,
  evaluate: (golden) => {
    const { tau, kd_T, networks } = goldenHyper(golden, hyper)
    const labels = goldenLabels(golden)
    const given = goldenInputs(golden, 'embedding_', networks)
    const inputs = Object.fromEntries(given.map((x, k) => [`embedding_${k}`, x]))
    return evaluateLoss(inputs, (values) => {
      const embeddings = given.map((_, k) => unitVectors(values[`embedding_${k}`] as Tensor2D))
      const terms = mutualContrast(embeddings, labels, { contrast: tau, soft: tf.scalar(kd_T) })
      const mean = (term: Tensor1D): Scalar => tf.mean(term)
      const means = {
        vcl: mean(terms.vcl),
        soft_vcl: mean(terms.softVcl),
        icl: mean(terms.icl),
        soft_icl: mean(terms.softIcl),
      }
      return { loss: tf.addN<Scalar>(Object.values<Tensor>(means) as Scalar[]), terms: means }
    })
  },
})
