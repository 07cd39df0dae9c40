import { type GoldenDefinition, defineGolden, tf, z } from '@umbra/core'
import { goldenHyper, goldenInput, goldenLabels } from '@umbra/core/testing'
import { asymmetricTarget } from './asymmetric-target.js'
import { derivedAverage } from './derived-average.js'
import { derivedStandardDeviation } from './derived-variance.js'

const options = z.strictObject({})
const curveHyper = z.strictObject({
  taus: z.array(z.number()),
  ats_tau1_factor: z.number(),
  ats_tau2_factor: z.number(),
})

/** Cases of `ats_quantities`: curves over a grid of temperatures. */
export const atsQuantitiesGolden: GoldenDefinition<typeof options> = defineGolden({
  id: 'ats_quantities',
  summary: 'Derived average and standard deviation over temperatures: small, large, and large with ATS.',
  options,
  evaluate: (golden) =>
    tf.tidy(() => {
      const { taus, ats_tau1_factor, ats_tau2_factor } = goldenHyper(golden, curveHyper)
      const labels = goldenLabels(golden)
      const curves = [
        { logits: 'logits_small', factors: [1, 1] },
        { logits: 'logits_large', factors: [1, 1] },
        { logits: 'logits_large', factors: [ats_tau1_factor, ats_tau2_factor] },
      ] as const
      const over = (measure: typeof derivedAverage): tf.Tensor =>
        tf.stack(
          curves.map(({ logits, factors }) => {
            const z = goldenInput(golden, logits) as tf.Tensor2D
            const at = (tau: number) => asymmetricTarget(z, labels, tau * factors[0], tau * factors[1])
            return tf.stack(taus.map((tau) => tf.mean(measure(at(tau), labels))))
          }),
        )
      return { extra: { derived_average: over(derivedAverage), derived_std: over(derivedStandardDeviation) } }
    }),
})
