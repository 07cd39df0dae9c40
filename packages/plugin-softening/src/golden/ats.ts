import { type GoldenDefinition, defineGolden, tf, z } from '@umbra/core'
import { goldenHyper, goldenParts, runGoldenObjective } from '@umbra/core/testing'
import { ats } from '../methods/ats.js'

const options = z.strictObject({})
const hyper = z.strictObject({
  tau1_correct: z.number(),
  tau2_wrong: z.number(),
  tau_s: z.number(),
  lambda: z.number(),
})

/** Cases of `ats`: the whole loss. */
export const atsGolden: GoldenDefinition<typeof options> = defineGolden({
  id: 'ats',
  summary: 'The whole loss of method ats.',
  options,
  evaluate: (golden) =>
    tf.tidy(() => {
      const { tau1_correct: tau1, tau2_wrong: tau2, tau_s, lambda } = goldenHyper(golden, hyper)
      const method = ats.options.parse({ tau1, tau2, lambda, studentTemperature: tau_s })
      const { loss, means, grads } = runGoldenObjective(golden, ats.objective(method, goldenParts))
      return { loss, terms: { ce: means.ce!, kd: means.softCe! }, grads }
    }),
})
