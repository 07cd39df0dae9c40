import { type GoldenDefinition, defineGolden, oneHot, softCrossEntropy, tf, z } from '@umbra/core'
import { goldenHyper, goldenInput, goldenLabels } from '@umbra/core/testing'
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { calibration, confidenceOf } from '../measures/calibration.js'
import { decomposeSoftCrossEntropy } from '../measures/decomposition.js'
import { derivedAverage } from '../measures/derived-average.js'
import { derivedStandardDeviation, derivedVariance } from '../measures/derived-variance.js'
import { inherentVariance } from '../measures/inherent-variance.js'

const options = z.strictObject({})

/** Log of the distribution that a labelled class at `tau1` and the others at `tau2` give. */
function asymmetric(logits: Tensor2D, labels: Tensor1D, tau1: number, tau2: number): Tensor2D {
  const y = oneHot(labels, logits.shape[1])
  return tf.logSoftmax(tf.div(logits, tf.add(tf.mul(y, tau1), tf.mul(tf.sub(1, y), tau2))))
}

const named = (prefix: string, tensors: Readonly<Record<string, Tensor>>): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(tensors).map(([name, value]) => [`${prefix}${name}`, value]))

const means = (tensors: Readonly<Record<string, Tensor>>): Record<string, Tensor> =>
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
      const target = asymmetric(
        goldenInput(golden, 'teacher_logits') as Tensor2D,
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
      const student: Tensor2D = tf.logSoftmax(tf.div(goldenInput(golden, 'student_logits'), tau_s))
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
      const over = (measure: typeof derivedAverage): Tensor =>
        tf.stack(
          curves.map(({ logits, factors }) => {
            const z = goldenInput(golden, logits) as Tensor2D
            const at = (tau: number) => asymmetric(z, labels, tau * factors[0], tau * factors[1])
            return tf.stack(taus.map((tau) => tf.mean(measure(at(tau), labels))))
          }),
        )
      return { extra: { derived_average: over(derivedAverage), derived_std: over(derivedStandardDeviation) } }
    }),
})

/** Cases of `ece`. */
export const eceGolden: GoldenDefinition<typeof options> = defineGolden({
  id: 'ece',
  summary: 'Expected calibration error, accuracy, mean confidence, and the bins.',
  options,
  evaluate: (golden) =>
    tf.tidy(() => {
      const { bins } = goldenHyper(golden, z.strictObject({ bins: z.int() }))
      const logits = goldenInput(golden, 'logits') as Tensor2D
      const { confidence, correct } = confidenceOf(tf.logSoftmax(logits), goldenLabels(golden))
      const result = calibration(confidence.dataSync(), correct.dataSync(), { bins })
      const bin = (key: 'count' | 'accuracy' | 'confidence') => tf.tensor1d(result.bins.map((b) => b[key]))
      return {
        extra: {
          ece: tf.scalar(result.ece),
          accuracy: tf.scalar(result.accuracy),
          mean_confidence: tf.scalar(result.meanConfidence),
          bin_count: bin('count'),
          bin_accuracy: bin('accuracy'),
          bin_confidence: bin('confidence'),
        },
      }
    }),
})
