import { type GoldenDefinition, defineGolden, tf, z } from '@umbra/core'
import { goldenHyper, goldenInput, goldenLabels } from '@umbra/core/testing'
import { linearCka, matrixCosine, relationAgreement } from '@umbra/measures'
import { classRelations } from './class-relation.js'

const options = z.strictObject({})

/** Cases of `class_relations`. */
export const classRelationsGolden: GoldenDefinition<typeof options> = defineGolden({
  id: 'class_relations',
  summary: 'Class-relation matrices of two networks, and how similar they are.',
  options,
  evaluate: (golden) =>
    tf.tidy(() => {
      const { T } = goldenHyper(golden, z.strictObject({ T: z.number() }))
      const labels = goldenLabels(golden)
      const relation = (name: string): tf.Tensor2D =>
        classRelations(tf.logSoftmax(tf.div(goldenInput(golden, name) as tf.Tensor2D, T)), labels)
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
