import { type MethodDefinition, defineMethod, objective, z } from '@umbra/core'
import { mkdOptions } from '../../shared/mkd-options.js'
import { mkdTerms } from '../../shared/mkd-terms.js'

const options = z.strictObject(mkdOptions)

/** Weighted distillation of the logits of several teachers. Terms: `ce`, `kd`. */
export const mkd: MethodDefinition<typeof options> = defineMethod({
  id: 'mkd',
  title: 'Multi-teacher knowledge distillation',
  summary: 'The student matches the softened probabilities of several teachers, weighted sample by sample.',
  paper: {
    title: 'Confidence-Aware Multi-Teacher Knowledge Distillation',
    venue: 'ICASSP 2022',
    arxiv: '2201.00007',
    equations: '1 to 4 (weighting confidence)',
  },
  formula:
    'L = ceWeight * CE(softmax(z_s), y) + kdWeight * sum_k w_k T^2 KL( softmax(z_k / T) || softmax(z_s / T) ), sum_k w_k = 1',
  teachers: { min: 1, max: 16 },
  departures: [
    'Weights sum to 1 with every weighting, so that the number of teachers does not change the scale; the released code of CA-MKD divides by K once more (confidence), and its entropy weights sum to (K - 1) / K: `variant: as-released`.',
  ],
  options,
  objective: ({ weighting: id, weightingOptions, variant, temperature, ceWeight, kdWeight }, parts) => {
    const weighting = parts.weighting(id, weightingOptions)
    return objective({
      labels: 'hard',
      weights: { ce: ceWeight, kd: kdWeight },
      scalars: { temperature },
      terms: (batch) => mkdTerms(batch, weighting, { id, variant }),
    })
  },
})
