import {
  type GoldenCase,
  type GoldenDefinition,
  type GoldenOutcome,
  defineGolden,
  entryOf,
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
import { ctkd } from './ctkd.js'
import { learnedTemperature } from './learned-temperature.js'

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

type Hyper = z.output<typeof hyper>

const lambdaOf = ({ decay_max: from, decay_min: to, decay_loops: epochs }: Hyper) =>
  ({ kind: 'cosine', from, to, epochs }) as const

function run(golden: GoldenCase, values: Hyper, options: z.input<typeof ctkd.options>): GoldenRun {
  const method = ctkd.options.parse({
    ...options,
    start: values.t_start,
    range: values.t_end,
    lambda: lambdaOf(values),
  })
  return runGoldenObjective(golden, ctkd.objective(method, goldenParts), {
    epoch: values.epoch,
    variables: ['theta'],
  })
}

/** The temperature and the factor of its gradient, as published among the terms. */
function temperatureTerms(golden: GoldenCase, values: Hyper): NonNullable<GoldenOutcome['terms']> {
  const lambda = tf.scalar(valueAt(lambdaOf(values), values.epoch, values.epoch))
  const range = { start: values.t_start, range: values.t_end }
  return { temperature: learnedTemperature(goldenInput(golden, 'theta'), lambda, range), lambda }
}

/** Cases of `ctkd`: the whole loss, and the reversed gradient of `theta`. */
export const ctkdGolden: GoldenDefinition<typeof options> = defineGolden({
  id: 'ctkd',
  summary: 'The whole loss of method ctkd with the gradient of its temperature.',
  options,
  evaluate: (golden) =>
    tf.tidy(() => {
      const values = goldenHyper(golden, hyper)
      const weights = { ceWeight: values.gamma_ce, kdWeight: values.alpha_kd }
      const { loss, grads } = run(golden, values, { loss: 'kd', ...weights })
      return { loss, terms: temperatureTerms(golden, values), grads }
    }),
})

/** Cases of `ctkd_dkd`: the same around decoupled distillation. */
export const ctkdDkdGolden: GoldenDefinition<typeof options> = defineGolden({
  id: 'ctkd_dkd',
  summary: 'The whole loss of method ctkd with loss dkd.',
  options,
  evaluate: (golden) =>
    tf.tidy(() => {
      const values = goldenHyper(golden, dkdHyper)
      const { beta_dkd, dkd_alpha, dkd_beta, alpha_kd } = values
      const parts = { alpha: beta_dkd * dkd_alpha, beta: beta_dkd * dkd_beta }
      const decoupled = run(golden, values, { loss: 'dkd', ceWeight: values.gamma_ce, ...parts })
      const terms = temperatureTerms(golden, values)
      if (alpha_kd === 0) return { loss: decoupled.loss, terms, grads: decoupled.grads }
      const plain = run(golden, values, { loss: 'kd', ceWeight: 0, kdWeight: alpha_kd })
      const grads = Object.fromEntries(
        Object.entries(decoupled.grads).map(([name, grad]) => [
          name,
          tf.add(grad, entryOf(plain.grads, name)),
        ]),
      )
      return { loss: tf.add(decoupled.loss, plain.loss), terms, grads }
    }),
})
