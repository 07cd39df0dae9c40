import { softCrossEntropy, tf } from '@umbra/core'
import {
  FLOAT32,
  type GoldenArray,
  type GoldenCase,
  type Tolerance,
  arbitraryBatch,
  difference,
  goldenCases,
  useCpuBackend,
} from '@umbra/testing'
import { createEngine } from '@umbra/engine'
import { calibration, confidenceOf } from '@umbra/measures'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../test/engines.js'
import { asymmetricTarget } from './asymmetric-target.js'
import { decomposeSoftCrossEntropy } from './decomposition.js'
import { derivedAverage } from './derived-average.js'
import { derivedStandardDeviation, derivedVariance } from './derived-variance.js'
import { inherentVariance } from './inherent-variance.js'

const golden = (file: string) => goldenCases(new URL(`../../golden/${file}.json`, import.meta.url))
const matrix = ({ shape, data }: GoldenArray) => tf.tensor2d([...data], [shape[0]!, shape[1]!])
const indices = (labels: readonly number[]) => tf.tensor1d([...labels], 'int32')
const same = (actual: tf.Tensor, expected: unknown, tolerance: Tolerance = FLOAT32) =>
  expect(difference(actual.dataSync(), (expected as GoldenArray).data, tolerance)).toBeUndefined()

for (const { id, why } of engines) {
  describe.skipIf(why !== '')(`measures against float64 numbers, on ${id}${why}`, () => {
    beforeAll(async () => {
      await createEngine(id)
    })

    // Variances here are as small as 1e-10: an absolute tolerance would hide anything.
    const relative: Tolerance = { relative: 1e-4, absolute: 0 }

    it.each(golden('derived_stats'))('$id, $name', ({ hyper, inputs, labels, outputs }: GoldenCase) => {
      tf.tidy(() => {
        const y = indices(labels)
        const target = asymmetricTarget(
          matrix(inputs.teacher_logits!),
          y,
          hyper.tau1_correct!,
          hyper.tau2_wrong!,
        )
        same(derivedAverage(target, y), outputs.derived_average, relative)
        same(derivedVariance(target, y), outputs.derived_variance, relative)
        same(derivedStandardDeviation(target, y), outputs.derived_std, relative)
        same(inherentVariance(target, y), outputs.inherent_variance, relative)
        const student: tf.Tensor2D = tf.logSoftmax(tf.div(matrix(inputs.student_logits!), hyper.tau_s!))
        const parts = decomposeSoftCrossEntropy(target, student, y)
        const expected = outputs.decomposition as Record<string, unknown>
        same(parts.correctGuidance, expected.correct_guidance)
        same(parts.smoothRegularisation, expected.smooth_regularization)
        same(parts.classDiscriminability, expected.class_discriminability)
      })
    })

    it.each(golden('ats_quantities'))('$id, $name', ({ hyper, inputs, labels, outputs }: GoldenCase) => {
      tf.tidy(() => {
        const y = indices(labels)
        const taus = hyper.taus as unknown as number[]
        const [small, large] = [matrix(inputs.logits_small!), matrix(inputs.logits_large!)]
        const curves = [
          ...taus.map((tau) => asymmetricTarget(small, y, tau, tau)),
          ...taus.map((tau) => asymmetricTarget(large, y, tau, tau)),
          ...taus.map((tau) =>
            asymmetricTarget(large, y, tau * hyper.ats_tau1_factor!, tau * hyper.ats_tau2_factor!),
          ),
        ]
        const means = (measure: typeof derivedAverage) => tf.stack(curves.map((p) => tf.mean(measure(p, y))))
        same(means(derivedAverage), outputs.derived_average)
        same(means(derivedStandardDeviation), outputs.derived_std)
      })
    })

    it.each(golden('ece'))('$id, $name', ({ hyper, inputs, labels, outputs }: GoldenCase) => {
      tf.tidy(() => {
        const { confidence, correct } = confidenceOf(tf.logSoftmax(matrix(inputs.logits!)), indices(labels))
        const result = calibration(confidence.dataSync(), correct.dataSync(), { bins: hyper.bins! })
        const { ece, accuracy, mean_confidence } = outputs as unknown as Record<string, number>
        expect(
          difference(
            [result.ece, result.accuracy, result.meanConfidence],
            [ece!, accuracy!, mean_confidence!],
            FLOAT32,
          ),
        ).toBeUndefined()
        const bin = (key: 'count' | 'accuracy' | 'confidence') => result.bins.map((b) => b[key])
        expect(bin('count')).toEqual((outputs.bin_count as GoldenArray).data)
        expect(
          difference(bin('accuracy'), (outputs.bin_accuracy as GoldenArray).data, FLOAT32),
        ).toBeUndefined()
        expect(
          difference(bin('confidence'), (outputs.bin_confidence as GoldenArray).data, FLOAT32),
        ).toBeUndefined()
      })
    })
  })
}

describe('measures, laws', () => {
  beforeAll(useCpuBackend)

  const labelledTarget = (batch: { teacher: readonly (readonly number[])[]; labels: readonly number[] }) => {
    const y = indices(batch.labels)
    return { y, target: asymmetricTarget(tf.tensor2d(batch.teacher.map((row) => [...row])), y, 3, 2) }
  }

  it('derived variance is (1 - p_y)^2 times inherent variance', () => {
    fc.assert(
      fc.property(arbitraryBatch(10), (batch) => {
        tf.tidy(() => {
          const { y, target } = labelledTarget(batch)
          const wrong = tf.mul(derivedAverage(target, y), target.shape[1] - 1)
          const product = tf.mul(tf.square(wrong), inherentVariance(target, y))
          const v = derivedVariance(target, y).dataSync()
          expect(difference(product.dataSync(), v, { relative: 1e-4, absolute: 1e-10 })).toBeUndefined()
        })
      }),
      { numRuns: 50 },
    )
  })

  it('the three terms add up to the soft cross-entropy', () => {
    fc.assert(
      fc.property(arbitraryBatch(30), (batch) => {
        tf.tidy(() => {
          const { y, target } = labelledTarget(batch)
          const student = tf.logSoftmax(tf.tensor2d(batch.student.map((row) => [...row])))
          const parts = decomposeSoftCrossEntropy(target, student, y)
          const sum = tf.addN([
            parts.correctGuidance,
            parts.smoothRegularisation,
            parts.classDiscriminability,
          ])
          const whole = softCrossEntropy(target, student).dataSync()
          expect(difference(sum.dataSync(), whole, { relative: 1e-4, absolute: 5e-4 })).toBeUndefined()
        })
      }),
      { numRuns: 50 },
    )
  })

  it('leave no tensor behind but their results', () => {
    tf.tidy(() => {
      const { y, target } = labelledTarget({ teacher: [[1, 2, 3]], labels: [0] })
      const before = tf.memory().numTensors
      const values = tf.tidy(() => [derivedVariance(target, y), inherentVariance(target, y)])
      expect(tf.memory().numTensors).toBe(before + values.length)
    })
  })
})
