import { type GoldenDefinition, defineGolden, oneHot, softCrossEntropy, tf, z } from '@umbra/core'
import { goldenHyper, goldenInput, goldenLabels } from '@umbra/core/testing'
import { asymmetricTarget } from './asymmetric-target.js'
import { decomposeSoftCrossEntropy } from './decomposition.js'
import { derivedAverage } from './derived-average.js'
import { derivedStandardDeviation, derivedVariance } from './derived-variance.js'
import { inherentVariance } from './inherent-variance.js'

const options = z.strictObject({})

const named = (prefix: string, tensors: Readonly<Record<string, tf.Tensor>>): Record<string, tf.Tensor> =>
  Object.fromEntries(Object.entries(tensors).map(([name, value]) => [`${prefix}${name}`, value]))

const means = (tensors: Readonly<Record<string, tf.Tensor>>): Record<string, tf.Tensor> =>
  Object.fromEntries(Object.entries(tensors).map(([name, value]) => [name, tf.mean(value)]))

const derivedHyper = z.strictObject({ tau1_correct: z.number(), tau2_wrong: z.number(), tau_s: z.number() })

/** Cases of `derived_stats`. Nested outputs have names with a dot: `mean.derived_std`. */
export const derivedStatsGolden: GoldenDefinition<typeof options> = defineGolden({
  id: 'derived_stats',
  summary: 'Derived average and variance, inherent variance, and the parts of the soft cross-entropy.',
  options,
  evaluate: (golden) =>
    tf.tidy(() => {
      const { tau1_correct, tau2_wrong, tau_s } = goldenHyper(golden, derivedHyper)
      const labels = goldenLabels(golden)
      const target = asymmetricTarget(
        goldenInput(golden, 'teacher_logits') as tf.Tensor2D,
        labels,
        tau1_correct,
        tau2_wrong,
      )
      const measures = {
        p_correct: tf.sum(tf.mul(oneHot(labels, target.shape[1]), tf.exp(target)), 1),
        derived_average: derivedAverage(target, labels),
        derived_variance: derivedVariance(target, labels),
        derived_std: derivedStandardDeviation(target, labels),
        inherent_variance: inherentVariance(target, labels),
      }
      const student: tf.Tensor2D = tf.logSoftmax(tf.div(goldenInput(golden, 'student_logits'), tau_s))
      const split = decomposeSoftCrossEntropy(target, student, labels)
      const parts = {
        correct_guidance: split.correctGuidance,
        smooth_regularization: split.smoothRegularisation,
        class_discriminability: split.classDiscriminability,
        soft_cross_entropy: softCrossEntropy(target, student),
      }
      return {
        extra: {
          ...measures,
          ...named('mean.', means(measures)),
          ...named('decomposition.', parts),
          ...named('decomposition.mean.', means(parts)),
        },
      }
    }),
})
