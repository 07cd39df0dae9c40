import { type GoldenCase, type GoldenDefinition, defineGolden, tf, z } from '@umbra/core'
import { goldenHyper, goldenInput, goldenInputs, goldenLabels } from '@umbra/core/testing'
import { averageWeights } from '../../weightings/average.js'
import { mkdHyper, runMkd } from '../mkd/run-mkd.js'
import { hintWeights, squaredGap, weightedHints } from './hint-terms.js'

const options = z.strictObject({})
const hyper = mkdHyper.extend({
  beta_hint: z.number(),
  /** 1-based; the hints count from the second. */
  epoch: z.int().min(1).default(2),
})

/** Mean of the hints with equal weights. The regressed feature is an input of the case, so only the weighted sum is computed. */
function meanHints(golden: GoldenCase, teachers: readonly tf.Tensor2D[]): tf.Scalar {
  const feature = goldenInput(golden, 'student_feat')
  const hints = goldenInputs(golden, 'teacher_feat_', teachers.length)
  const gaps = hints.map((hint) => squaredGap(feature, hint))
  return tf.mean(weightedHints(gaps, averageWeights(teachers)))
}

/** Cases of `fitnet_mkd`: the whole loss. */
export const hintGolden: GoldenDefinition<typeof options> = defineGolden({
  id: 'fitnet_mkd',
  summary: 'Method mkd with equal weights, plus the hints of mkd-hint, detached as released.',
  options,
  evaluate: (golden) =>
    tf.tidy(() => {
      const { beta_hint, epoch, ...logits } = goldenHyper(golden, hyper)
      const { loss, kd, gradient, teachers } = runMkd(golden, logits, 'average')
      return {
        loss: epoch < 2 ? loss : tf.add<tf.Scalar>(loss, tf.mul(meanHints(golden, teachers), beta_hint)),
        terms: { loss_div: kd },
        grads: {
          student_logits: gradient,
          // As released, the hints have no gradient.
          student_feat: tf.zerosLike(goldenInput(golden, 'student_feat')),
        },
      }
    }),
})

/** Cases of `camkd_features`: hints weighted by the classifiers on the student's feature, as released. */
export const confidenceHintGolden: GoldenDefinition<typeof options> = defineGolden({
  id: 'camkd_features',
  summary:
    'Hints weighted by how well each teacher’s classifier does with the student’s feature, as released.',
  options,
  evaluate: (golden) =>
    tf.tidy(() => {
      const { teachers } = goldenHyper(golden, z.strictObject({ teachers: z.int().min(2).optional() }))
      const labels = goldenLabels(golden)
      const hints = goldenInputs(golden, 'teacher_feat_', teachers)
      const count = hints.length
      const names = ['projected_student', 'projected_logits'].flatMap((name) =>
        hints.map((_, k) => `${name}_${k}`),
      )
      const inputs = names.map((name) => goldenInput(golden, name))
      const logitsOf = (tensors: readonly tf.Tensor[]) => tensors.slice(count) as tf.Tensor2D[]
      const { value, grads } = tf.valueAndGrads((...tensors: tf.Tensor[]): tf.Scalar => {
        const features = tensors.slice(0, count)
        const gaps = features.map((feature, k) =>
          squaredGap(feature, goldenInput(golden, `teacher_feat_${k}`)),
        )
        return tf.mean(weightedHints(gaps, hintWeights(logitsOf(tensors), labels, 'as-released')))
      })(inputs)
      const weights = hintWeights(logitsOf(inputs), labels, 'sound')
      return {
        loss: value,
        extra: { weights: tf.transpose(weights) },
        grads: Object.fromEntries(grads.map((gradient, i) => [names[i] ?? String(i), gradient])),
      }
    }),
})
