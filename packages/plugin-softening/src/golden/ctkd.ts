import {
  type GoldenCase,
  type GoldenDefinition,
  type GoldenOutcome,
  defineGolden,
  tf,
  valueAt,
  z,
} from '@umbra/core'
import { ctkd, learnedTemperature } from '../methods/ctkd.js'
import { goldenHyper, goldenInput } from './golden-input.js'
import { goldenParts } from './parts.js'
import { runObjective } from './run-objective.js'

const options = z.strictObject({})
const hyper = z.looseObject({
  epoch: z.number(),
  decay_max: z.number(),
  decay_min: z.number(),
  decay_loops: z.number(),
  gamma_ce: z.number(),
  alpha_kd: z.number(),
  t_start: z.number(),
  t_end: z.number(),
  dkd_alpha: z.number().default(1),
  dkd_beta: z.number().default(2),
  beta_dkd: z.number().default(1),
})

function evaluate(golden: GoldenCase, loss: 'kd' | 'dkd'): GoldenOutcome {
  return tf.tidy(() => {
    const given = goldenHyper(golden, hyper)
    const method = ctkd.options.parse({
      loss,
      ceWeight: given.gamma_ce,
      kdWeight: given.alpha_kd,
      alpha: given.beta_dkd * given.dkd_alpha,
      beta: given.beta_dkd * given.dkd_beta,
      start: given.t_start,
      range: given.t_end,
      lambda: { kind: 'cosine', from: given.decay_max, to: given.decay_min, epochs: given.decay_loops },
    })
    const run = runObjective(golden, ctkd.objective(method, goldenParts), {
      epoch: given.epoch,
      variables: ['theta'],
    })
    const lambda = tf.scalar(valueAt(method.lambda, given.epoch, given.epoch))
    const temperature = learnedTemperature(goldenInput(golden, 'theta'), lambda, method)
    return { loss: run.loss, terms: { temperature, lambda }, grads: run.grads }
  })
}

/** Cases of `ctkd`: the whole loss, and the reversed gradient of `theta`. */
export const ctkdGolden: GoldenDefinition<typeof options> = defineGolden({
  id: 'ctkd',
  summary: 'The whole loss of method ctkd with the gradient of its temperature.',
  options,
  evaluate: (golden) => evaluate(golden, 'kd'),
})

/** Cases of `ctkd_dkd`: the same around decoupled distillation. */
export const ctkdDkdGolden: GoldenDefinition<typeof options> = defineGolden({
  id: 'ctkd_dkd',
  summary: 'The whole loss of method ctkd with loss dkd.',
  options,
  evaluate: (golden) => evaluate(golden, 'dkd'),
})
