import { type GoldenDefinition, defineGolden, tf, z } from '@umbra/core'
import { goldenHyper, goldenInput, goldenLabels } from '@umbra/core/testing'
import { calibration, confidenceOf } from '@umbra/measures'

const options = z.strictObject({})

/** Cases of `ece`. */
export const eceGolden: GoldenDefinition<typeof options> = defineGolden({
  id: 'ece',
  summary: 'Expected calibration error, accuracy, mean confidence, and the bins.',
  options,
  evaluate: (golden) =>
    tf.tidy(() => {
      const { bins } = goldenHyper(golden, z.strictObject({ bins: z.int() }))
      const logits = goldenInput(golden, 'logits') as tf.Tensor2D
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
