import { type GoldenDefinition, defineGolden, entryOf, tf, z } from '@umbra/core'
import { goldenHyper, goldenParts, runGoldenObjective } from '@umbra/core/testing'
import { dist } from './dist.js'

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
      const published = (name: 'inter' | 'intra') => tf.div(entryOf(means, name), tau ** 2)
      const terms = { inter: published('inter'), intra: published('intra') }
      return { loss, terms, grads }
    }),
})
