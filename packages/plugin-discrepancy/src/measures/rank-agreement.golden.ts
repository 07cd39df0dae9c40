import { type GoldenDefinition, defineGolden, tf, z } from '@umbra/core'
import { goldenHyper, goldenInput, goldenLabels } from '@umbra/core/testing'
import { type LogitTable, meanRankAgreement, rankAgreement } from '@umbra/measures'

const options = z.strictObject({})

/** Cases of `rank_agreement`. */
export const rankAgreementGolden: GoldenDefinition<typeof options> = defineGolden({
  id: 'rank_agreement',
  summary: 'Spearman, Kendall tau-b and top-k overlap of the wrong classes of two networks.',
  options,
  evaluate: (golden) =>
    tf.tidy(() => {
      const labels = Int32Array.from(goldenLabels(golden).dataSync())
      goldenHyper(golden, options)
      const table = (name: string): LogitTable => {
        const logits = goldenInput(golden, name) as tf.Tensor2D
        return { logits: Float64Array.from(logits.dataSync()), labels, classes: logits.shape[1] }
      }
      const [a, b] = [table('logits_a'), table('logits_b')]
      // The k of every case is among them.
      const tops = Array.from({ length: a.classes - 1 }, (_, i) => i + 1)
      const result = rankAgreement(a, b, { tops })
      const mean = meanRankAgreement(result)
      const overlaps = Object.entries(mean.topOverlap).map(([k, share]) => [
        `top${k}_overlap`,
        tf.scalar(share),
      ])
      return {
        extra: {
          spearman: tf.tensor1d([...result.spearman]),
          kendall_tau_b: tf.tensor1d([...result.kendallTauB]),
          mean_spearman: tf.scalar(mean.spearman),
          mean_kendall_tau_b: tf.scalar(mean.kendallTauB),
          ...(Object.fromEntries(overlaps) as Record<string, tf.Tensor>),
        },
      }
    }),
})
