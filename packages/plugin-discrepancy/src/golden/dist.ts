import { type GoldenDefinition, defineGolden, tf, z } from '@umbra/core'
import { goldenHyper, goldenParts, runGoldenObjective } from '@umbra/core/testing'
import { dist } from '../methods/dist.js'

const options = z.strictObject({})
const hyper = z.strictObject({ beta: z.number(), gamma: z.number(), tau: z.number() })

/** Cases of `dist`: both relations of the method. */
export const distGolden: GoldenDefinition<typeof options> = defineGolden({
  id: 'dist',
  summary: 'Inter- and intra-class relations of method dist, without labels.',
  options,
  evaluate: (golden) =>
    tf.tidy(() => {
      const { beta, gamma, tau } = goldenHyper(golden, hyper)
      const method = dist.options.parse({
        temperature: tau,
        ceWeight: 0,
        interWeight: beta,
        intraWeight: gamma,
      })
      const { loss, means, grads } = runGoldenObjective(golden, dist.objective(method, goldenParts))
      // Published before their factor tau^2.
      const terms = { inter: tf.div(means.inter!, tau ** 2), intra: tf.div(means.intra!, tau ** 2) }
      return { loss, terms, grads }
    }),
})
