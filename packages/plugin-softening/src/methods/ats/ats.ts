import { type MethodDefinition, complement, defineMethod, z } from '@umbra/core'
import { atsLossOptions } from '../../shared/ats-loss-options.js'
import { asymmetricTemperatures, atsTemperatures } from '../../softenings/ats.js'
import { softTargetObjective } from '../../shared/soft-target-objective.js'

const options = z.strictObject({ ...atsTemperatures, ...atsLossOptions })

/** Asymmetric temperature scaling. Terms: `ce`, and `softCe = tau_s^2` times the cross-entropy with the softened teacher. */
export const ats: MethodDefinition<typeof options> = defineMethod({
  id: 'ats',
  title: 'Asymmetric temperature scaling',
  summary:
    'A high temperature for the labelled class and a low one for the others keep a large teacher’s wrong classes distinct.',
  paper: {
    title: 'Asymmetric Temperature Scaling Makes Larger Networks Teach Well Again',
    venue: 'NeurIPS 2022',
    arxiv: '2210.04427',
  },
  formula:
    'L = (1 - lambda) * CE(softmax(z_s), y) + lambda * tau_s^2 * ( - sum_c p_c log softmax(z_s / tau_s)_c ), p_c = exp(z_t,c / tau_c) / sum_j exp(z_t,j / tau_j), tau_c = tau1 if c = y, else tau2',
  departures: [
    'Follows the authors’ released code: raw teacher logits, and a cross-entropy from which the teacher’s entropy is not subtracted.',
    'tau1 = 4 and tau2 = 2 are the defaults of the authors’ MindSpore release; the paper searches them for each pair.',
    'tau1 > tau2 is not enforced, so that tau1 = tau2 gives the shared-temperature arm with the same weights.',
  ],
  options,
  objective: ({ tau1, tau2, lambda, studentTemperature, divergence }) =>
    softTargetObjective({
      ceWeight: complement(lambda),
      softWeight: lambda,
      divergence,
      labels: 'hard',
      scalars: { tau1, tau2, studentTemperature },
      temperature: 'studentTemperature',
      logTarget: (logits, scalars, labels) =>
        asymmetricTemperatures(logits, labels, scalars).logProbabilities,
    }),
})
