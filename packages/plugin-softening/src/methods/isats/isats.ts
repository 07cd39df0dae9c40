import { type MethodDefinition, defineMethod, z, complement } from '@umbra/core'
import {
  GRID_UPSIDE_DOWN,
  gridIsUpright,
  instanceOptions,
  instanceScalars,
  instanceSpecific,
} from '../../softenings/isats.js'
import { atsLossOptions } from '../../shared/ats-loss-options.js'
import { softTargetObjective } from '../../shared/soft-target-objective.js'

const options = z
  .strictObject({ ...instanceOptions, ...atsLossOptions })
  .refine(gridIsUpright, GRID_UPSIDE_DOWN)

/** Instance-specific asymmetric temperature scaling. Terms: `ce`, and `softCe` as in `ats`. */
export const isats: MethodDefinition<typeof options> = defineMethod({
  id: 'isats',
  title: 'Instance-specific asymmetric temperature scaling',
  summary:
    'Each example’s wrong classes are softened at the temperature at which they are most distinct, its labelled class above it.',
  paper: {
    title: 'Exploring Dark Knowledge under Various Teacher Capacities and Addressing Capacity Mismatch',
    venue: 'Frontiers of Computer Science 20(6), 2026',
    arxiv: '2405.13078',
  },
  formula:
    'L = (1 - lambda) * CE(softmax(z_s), y) + lambda * tau_s^2 * ( - sum_c p_c log softmax(z_s / tau_s)_c ), p as in ats with tau2(x) = tau*(x), tau1(x) = tau*(x) + delta, tau*(x) = argmax over the grid of var_{c != y} softmax(z_t / tau)_c',
  departures: [
    'The paper says that the wrong-class temperature maximises the variance of each example’s wrong classes; its equation, search range and rule for tau1 could not be read: grid, rule and delta are inferred, and options.',
    'The variance is searched under one shared temperature: with tau1 fixed it keeps growing as tau2 falls, so the search would always end at the lower bound.',
    'rule `factors` takes 1.25 and 0.75 times the best temperature, as the authors’ curves of ATS do; rule `fixed-tau1` keeps tau1 and searches tau2 from tau* - 2 upwards where the labelled class stays the most probable.',
    'Loss, lambda and student temperature are those of ats.',
  ],
  options,
  objective: ({ lambda, studentTemperature, divergence, ...choice }) =>
    softTargetObjective({
      ceWeight: complement(lambda),
      softWeight: lambda,
      divergence,
      labels: 'hard',
      scalars: { ...instanceScalars(choice), studentTemperature },
      temperature: 'studentTemperature',
      logTarget: (logits, scalars, labels) =>
        instanceSpecific(logits, labels, choice, scalars).logProbabilities,
    }),
})
