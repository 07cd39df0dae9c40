import { z } from '@umbra/core'
import { goldenParts, runGoldenObjective } from '@umbra/core/testing'
import { type GoldenFamily, goldenFamily } from '../../shared/golden-family.js'
import { takd } from './takd.js'

/** Published numbers of TAKD, by the method's own objective in its released variant. */
export const takdGolden: GoldenFamily = goldenFamily({
  id: 'takd',
  summary:
    'Both networks’ logits; computed with variant as-released, which divides KL by the number of classes.',
  hyper: z.strictObject({ T: z.number().gt(0), lambda: z.number() }),
  evaluate: (golden, { T, lambda }) => {
    const options = takd.options.parse({ temperature: T, lambda, variant: 'as-released' })
    const { loss, grads } = runGoldenObjective(golden, takd.objective(options, goldenParts))
    return { loss, grads }
  },
})
