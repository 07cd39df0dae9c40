import {
  type GoldenCase,
  type GoldenDefinition,
  type GoldenOutcome,
  defineGolden,
  tf,
  valueAt,
  z,
} from '@umbra/core'
import {
  type GoldenRun,
  goldenHyper,
  goldenInput,
  goldenParts,
  runGoldenObjective,
} from '@umbra/core/testing'
import { ctkd, learnedTemperature } from '../methods/ctkd.js'

const options = z.strictObject({})
const hyper = z.strictObject({
  epoch: z.number(),
  decay_max: z.number(),
  decay_min: z.number(),
  decay_loops: z.number(),
  gamma_ce: z.number(),
  alpha_kd: z.number(),
  t_start: z.number(),
  t_end: z.number(),
})
const dkdHyper = hyper.extend({
  alpha_kd: z.number().default(0),
  dkd_alpha: z.number().default(1),
  dkd_beta: z.number().default(2),
  beta_dkd: z.number().default(1),
})

type Given = z.output<typeof hyper>

const lambdaOf = ({ decay_max: from, decay_min: to, decay_loops: epochs }: Given) =>
  ({ kind: 'cosine', from, to, epochs }) as const

function run(golden: GoldenCase, given: Given, options: z.input<typeof ctkd.options>): GoldenRun {
  const method = ctkd.options.parse({
    ...options,
    start: given.t_start,
    range: given.t_end,
    lambda: lambdaOf(given),
  })
  return runGoldenObjective(golden, ctkd.objective(method, goldenParts), {
    epoch: given.epoch,
    variables: ['theta'],
  })
}

/** The temperature and the factor of its gradient, as published among the terms. */
function temperatureTerms(golden: GoldenCase, given: Given): NonNullable<GoldenOutcome['terms']> {
  const lambda = tf.scalar(valueAt(lambdaOf(given), given.epoch, given.epoch))
  const range = { start: given.t_start, range: given.t_end }
  return { temperature: learnedTemperature(goldenInput(golden, 'theta'), lambda, range), lambda }
}

/** Cases of `ctkd`: the whole loss, and the reversed gradient of `theta`. */
export const ctkdGolden: GoldenDefinition<typeof options> = defineGolden({
  id: 'ctkd',
  summary: 'The whole loss of method ctkd with the gradient of its temperature.',
  options,
  evaluate: (golden) =>
    tf.tidy(() => {
      const given = goldenHyper(golden, hyper)
      const weights = { ceWeight: given.gamma_ce, kdWeight: given.alpha_kd }
      const { loss, grads } = run(golden, given, { loss: 'kd', ...weights })
      return { loss, terms: temperatureTerms(golden, given), grads }
    }),
})

/** Cases of `ctkd_dkd`: the same around decoupled distillation. */
export const ctkdDkdGolden: GoldenDefinition<typeof options> = defineGolden({
  id: 'ctkd_dkd',
  summary: 'The whole loss of method ctkd with loss dkd.',
  options,
  evaluate: (golden) =>
    tf.tidy(() => {
      const given = goldenHyper(golden, dkdHyper)
      const { beta_dkd, dkd_alpha, dkd_beta, alpha_kd } = given
      const parts = { alpha: beta_dkd * dkd_alpha, beta: beta_dkd * dkd_beta }
      const decoupled = run(golden, given, { loss: 'dkd', ceWeight: given.gamma_ce, ...parts })
      const terms = temperatureTerms(golden, given)
      if (alpha_kd === 0) return { loss: decoupled.loss, terms, grads: decoupled.grads }
      const plain = run(golden, given, { loss: 'kd', ceWeight: 0, kdWeight: alpha_kd })
      const grads = Object.fromEntries(
        Object.entries(decoupled.grads).map(([name, grad]) => [name, tf.add(grad, plain.grads[name]!)]),
      )
      return { loss: tf.add(decoupled.loss, plain.loss), terms, grads }
    }),
})
