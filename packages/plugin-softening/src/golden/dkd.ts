import { type GoldenDefinition, defineGolden, tf, z } from '@umbra/core'
import { goldenHyper, goldenParts, runGoldenObjective } from '@umbra/core/testing'
import { dkd } from '../methods/dkd.js'

const options = z.strictObject({})
const hyper = z.strictObject({ alpha: z.number(), beta: z.number(), T: z.number() })
const wholeHyper = hyper.extend({ ce_weight: z.number(), epoch: z.number(), warmup: z.number() })

/** Cases of `dkd`: both parts, without labels and warm-up. */
export const dkdGolden: GoldenDefinition<typeof options> = defineGolden({
  id: 'dkd',
  summary: 'Both parts of method dkd, without cross-entropy and warm-up.',
  options,
  evaluate: (golden) =>
    tf.tidy(() => {
      const { alpha, beta, T } = goldenHyper(golden, hyper)
      const method = dkd.options.parse({ alpha, beta, temperature: T, ceWeight: 0, warmUp: 0 })
      const { loss, means, grads } = runGoldenObjective(golden, dkd.objective(method, goldenParts))
      return { loss, terms: { tckd: means.tckd!, nckd: means.nckd! }, grads }
    }),
})

/** Cases of `dkd_with_ce_and_warmup`: the whole loss. */
export const dkdWholeGolden: GoldenDefinition<typeof options> = defineGolden({
  id: 'dkd_with_ce_and_warmup',
  summary: 'The whole loss of method dkd during its warm-up.',
  options,
  evaluate: (golden) =>
    tf.tidy(() => {
      const { alpha, beta, T, ce_weight, epoch, warmup } = goldenHyper(golden, wholeHyper)
      const method = dkd.options.parse({
        alpha,
        beta,
        temperature: T,
        ceWeight: ce_weight,
        warmUp: warmup,
      })
      const run = runGoldenObjective(golden, dkd.objective(method, goldenParts), { epoch })
      const { ce, tckd, nckd } = run.weighted
      return { loss: run.loss, terms: { loss_ce: ce!, loss_kd: tf.add(tckd!, nckd!) }, grads: run.grads }
    }),
})
