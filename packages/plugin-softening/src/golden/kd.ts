import { type GoldenDefinition, defineGolden, tf, z } from '@umbra/core'
import { goldenHyper, goldenParts, runGoldenObjective } from '@umbra/core/testing'
import { kd } from '../methods/kd.js'

const options = z.strictObject({})
const hyper = z.strictObject({ T: z.number() })

/** Cases of `kd`: the term `kd` alone. */
export const kdGolden: GoldenDefinition<typeof options> = defineGolden({
  id: 'kd',
  summary: 'T^2 KL of method kd, without labels.',
  options,
  evaluate: (golden) =>
    tf.tidy(() => {
      const { T } = goldenHyper(golden, hyper)
      const method = kd.options.parse({ temperature: T, ceWeight: 0, kdWeight: 1 })
      const { loss, means, grads } = runGoldenObjective(golden, kd.objective(method, goldenParts))
      return { loss, terms: { mdistiller_kd_loss: means.kd! }, grads }
    }),
})
