import { type GoldenDefinition, defineGolden, tf, z } from '@umbra/core'
import { goldenHyper, goldenInput, goldenParts, runGoldenObjective } from '@umbra/core/testing'
import type { Tensor2D } from '@tensorflow/tfjs-core'
import { dkd } from '../methods/dkd.js'
import { logitStandardisation } from '../methods/logit-standardisation.js'
import { standardiseLogits } from '../softenings/logit-standardisation.js'

const options = z.strictObject({})
const hyper = z.strictObject({ T: z.number() })
const dkdHyper = hyper.extend({ alpha: z.number(), beta: z.number() })

/** Cases of `kd_logit_standardization`: the term `kd` alone. */
export const standardisedKdGolden: GoldenDefinition<typeof options> = defineGolden({
  id: 'kd_logit_standardization',
  summary: 'T^2 KL of method logit-standardisation, without labels.',
  options,
  evaluate: (golden) =>
    tf.tidy(() => {
      const { T } = goldenHyper(golden, hyper)
      const method = logitStandardisation.options.parse({ temperature: T, ceWeight: 0, kdWeight: 1 })
      const { loss, grads } = runGoldenObjective(golden, logitStandardisation.objective(method, goldenParts))
      const teacher = goldenInput(golden, 'teacher_logits') as Tensor2D
      return { loss, extra: { standardized_teacher: standardiseLogits(teacher) }, grads }
    }),
})

/** Cases of `dkd_logit_standardization`: both parts of `dkd` with `standardise`. */
export const standardisedDkdGolden: GoldenDefinition<typeof options> = defineGolden({
  id: 'dkd_logit_standardization',
  summary: 'Both parts of method dkd with standardised logits.',
  options,
  evaluate: (golden) =>
    tf.tidy(() => {
      const { alpha, beta, T } = goldenHyper(golden, dkdHyper)
      const method = dkd.options.parse({
        alpha,
        beta,
        temperature: T,
        ceWeight: 0,
        warmUp: 0,
        standardise: true,
      })
      const { loss, grads } = runGoldenObjective(golden, dkd.objective(method, goldenParts))
      return { loss, grads }
    }),
})
