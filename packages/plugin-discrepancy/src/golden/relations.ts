import { type GoldenDefinition, defineGolden, tf, z } from '@umbra/core'
import { goldenHyper, goldenInput, goldenLabels } from '@umbra/core/testing'
import type { Tensor2D } from '@tensorflow/tfjs-core'
import type { LogitTable } from '../measures/logit-table.js'
import { meanRankAgreement, rankAgreement } from '../measures/rank-agreement.js'
import { linearCka, matrixCosine, relationAgreement } from '../measures/relation-similarity.js'
import { classRelations } from '../relations/class-relation.js'

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
        const logits = goldenInput(golden, name) as Tensor2D
        return { logits: Float64Array.from(logits.dataSync()), labels, classes: logits.shape[1] }
      }
      const [a, b] = [table('logits_a'), table('logits_b')]
      // Whichever k a case has chosen is among them.
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

/** Cases of `class_relations`. */
export const classRelationsGolden: GoldenDefinition<typeof options> = defineGolden({
  id: 'class_relations',
  summary: 'Class-relation matrices of two networks, and how alike they are.',
  options,
  evaluate: (golden) =>
    tf.tidy(() => {
      const { T } = goldenHyper(golden, z.strictObject({ T: z.number() }))
      const labels = goldenLabels(golden)
      const relation = (name: string): Tensor2D =>
        classRelations(tf.logSoftmax(tf.div(goldenInput(golden, name) as Tensor2D, T)), labels)
      const [a, b] = [relation('logits_a'), relation('logits_b')]
      const [x, y] = [a.arraySync(), b.arraySync()]
      const rows = relationAgreement(x, y)
      return {
        extra: {
          relation_a: a,
          relation_b: b,
          linear_cka: tf.scalar(linearCka(x, y)),
          cosine: tf.scalar(matrixCosine(x, y)),
          rowwise_spearman: tf.scalar(rows.spearman),
          rowwise_kendall_tau_b: tf.scalar(rows.kendallTauB),
        },
      }
    }),
})
