import { tf } from '@umbra/core'
import {
  type LogitTable,
  affinityAgreement,
  darkKnowledge,
  lossDecomposition,
  rankAgreement,
  relationMatrix,
  sampleMeasures,
  tableCalibration,
} from '@umbra/measures'
import {
  type GoldenArray,
  type GoldenCase,
  type Tolerance,
  arbitraryBatch,
  difference,
  goldenCases,
  useCpuBackend,
} from '@umbra/testing'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { decomposeSoftCrossEntropy } from './decomposition.js'
import { derivedAverage } from './derived-average.js'
import { derivedVariance } from './derived-variance.js'
import { inherentVariance } from './inherent-variance.js'

const golden = (file: string) => goldenCases(new URL(`../../golden/${file}.json`, import.meta.url))
const tableOf = ({ shape, data }: GoldenArray, labels: readonly number[]): LogitTable => ({
  logits: Float64Array.from(data),
  labels: Int32Array.from(labels),
  classes: shape[1]!,
})
const of = (rows: readonly (readonly number[])[], labels: readonly number[]): LogitTable => ({
  logits: Float64Array.from(rows.flat()),
  labels: Int32Array.from(labels),
  classes: rows[0]!.length,
})
// The published numbers have ten digits.
const PUBLISHED: Tolerance = { relative: 1e-8, absolute: 1e-10 }
const expectClose = (actual: readonly number[], expected: unknown, tolerance = PUBLISHED) =>
  expect(
    difference(
      actual,
      Array.isArray(expected) ? (expected as number[]) : (expected as GoldenArray).data,
      tolerance,
    ),
  ).toBeUndefined()

// Those of the figure script were computed in float32.
const SINGLE: Tolerance = { relative: 2e-5, absolute: 0 }

describe('measures of tables, against float64 numbers', () => {
  it.each(golden('ats_quantities'))('$id, $name', ({ hyper, inputs, labels, outputs }: GoldenCase) => {
    const taus = hyper.taus as unknown as number[]
    const tables = [tableOf(inputs.logits_small!, labels), tableOf(inputs.logits_large!, labels)]
    const curves = tables.flatMap((table) => taus.map((tau) => darkKnowledge(table, tau)))
    const asymmetric = taus.map((tau) =>
      sampleMeasures(tables[1]!, tau * hyper.ats_tau2_factor!, tau * hyper.ats_tau1_factor!),
    )
    const mean = (values: Float64Array) => values.reduce((s, v) => s + v, 0) / values.length
    expectClose(
      [
        ...curves.map((at) => at.derivedAverage),
        ...asymmetric.map(({ derivedAverage: values }) => mean(values)),
      ],
      outputs.derived_average,
      SINGLE,
    )
    expectClose(
      [
        ...curves.map((at) => at.derivedStandardDeviation),
        ...asymmetric.map(({ derivedVariance: values }) => mean(values.map(Math.sqrt))),
      ],
      outputs.derived_std,
      SINGLE,
    )
  })

  it.each(golden('ece'))('$id, $name', ({ inputs, labels, outputs, hyper }: GoldenCase) => {
    expect(hyper.bins).toBe(15)
    const { ece, accuracy, meanConfidence, bins } = tableCalibration(tableOf(inputs.logits!, labels))
    const expected = outputs as unknown as Record<string, number>
    expectClose(
      [ece, accuracy, meanConfidence],
      [expected.ece!, expected.accuracy!, expected.mean_confidence!],
    )
    expect(bins.map(({ count }) => count)).toEqual((outputs.bin_count as GoldenArray).data)
  })

  it.each(golden('rank_agreement'))('$id, $name', ({ inputs, labels, outputs }: GoldenCase) => {
    const [a, b] = [tableOf(inputs.logits_a!, labels), tableOf(inputs.logits_b!, labels)]
    const figures = affinityAgreement(
      { table: a, relations: relationMatrix(a) },
      { table: b, relations: relationMatrix(b) },
    )
    const expected = outputs as unknown as Record<string, number>
    // Where there are ties, the published overlap is left out: it depends on how they are broken.
    const tops = Object.entries(figures.topOverlap).filter(([k]) => `top${k}_overlap` in expected)
    expectClose(
      [figures.spearman, figures.kendallTauB, ...tops.map(([, share]) => share)],
      [
        expected.mean_spearman!,
        expected.mean_kendall_tau_b!,
        ...tops.map(([k]) => expected[`top${k}_overlap`]!),
      ],
    )
    const finite = [...rankAgreement(a, b).spearman].filter(Number.isFinite)
    expectClose([finite.reduce((s, x) => s + x, 0) / finite.length], [expected.mean_spearman!])
  })

  it.each(golden('class_relations'))('$id, $name', ({ inputs, labels, outputs, hyper }: GoldenCase) => {
    const [a, b] = [tableOf(inputs.logits_a!, labels), tableOf(inputs.logits_b!, labels)]
    const [x, y] = [relationMatrix(a, hyper.T), relationMatrix(b, hyper.T)]
    expectClose(x.flat(), outputs.relation_a)
    const figures = affinityAgreement({ table: a, relations: x }, { table: b, relations: y })
    const { linear_cka, cosine, rowwise_spearman } = outputs as unknown as Record<string, number>
    expectClose(
      [figures.linearCka, figures.cosine, figures.relationSpearman],
      [linear_cka!, cosine!, rowwise_spearman!],
    )
  })
})

describe('measures of tables, laws', () => {
  beforeAll(useCpuBackend)

  it('are the numbers of the tensor functions', () => {
    fc.assert(
      fc.property(arbitraryBatch(10), fc.constantFrom(0.5, 1, 4), ({ teacher, student, labels }, T) => {
        const [table, other] = [of(teacher, labels), of(student, labels)]
        const mine = sampleMeasures(table, T)
        const parts = lossDecomposition(table, other, T)
        tf.tidy(() => {
          const y: tf.Tensor1D = tf.tensor1d([...labels], 'int32')
          const soft = (rows: typeof teacher): tf.Tensor2D =>
            tf.logSoftmax(tf.div(tf.tensor2d(rows.map((row) => [...row])), T))
          const near = (actual: Float64Array | number[], expected: tf.Tensor, size = 1) =>
            expect(
              difference([...actual], expected.dataSync(), { relative: 1e-3, absolute: 1e-6 * size }),
            ).toBeUndefined()
          const p = soft(teacher)
          near(mine.derivedAverage, derivedAverage(p, y))
          near(mine.derivedVariance, derivedVariance(p, y))
          near(mine.inherentVariance, inherentVariance(p, y))
          const split = decomposeSoftCrossEntropy(p, soft(student), y)
          // Parts are sums of terms of tens of nats, which may cancel: float32 rounds in proportion to the terms.
          const largest = Math.max(...student.map((row) => (Math.max(...row) - Math.min(...row)) / T))
          const size = 1 + largest
          near([parts.correctGuidance], tf.mean(split.correctGuidance), size)
          near([parts.smoothRegularisation], tf.mean(split.smoothRegularisation), size)
          near([parts.classDiscriminability], tf.mean(split.classDiscriminability), size)
        })
      }),
      { numRuns: 100 },
    )
  })
})
