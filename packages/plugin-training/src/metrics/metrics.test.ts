import type { MetricInput } from '@umbra/core'
import { describe, expect, it } from 'vitest'
import { balancedAccuracy } from './balanced-accuracy.js'
import { brier, ece, nll } from './calibration.js'
import { classAccuracy } from './class-accuracy.js'
import { macroF1 } from './macro-f1.js'

const CLASSES = ['ant', 'bee', 'cat']
/** Rows of probabilities, as logits. */
const input = (
  rows: readonly (readonly number[])[],
  labels: readonly number[],
  classes = CLASSES,
): MetricInput => ({
  logits: Float32Array.from(rows.flat(), Math.log),
  labels: Int32Array.from(labels),
  classes,
})
const sure = (...guesses: readonly number[]): number[][] =>
  guesses.map((guess) => CLASSES.map((_, c) => (c === guess ? 0.8 : 0.1)))

// Confusion: ant 2 right of 3 (one taken for a bee), bee 1 of 1, cat 0 of 2 (one ant, one bee).
const confused = input(sure(0, 0, 1, 1, 0, 1), [0, 0, 0, 1, 2, 2])

describe('macro-f1', () => {
  it('is the mean of the F1 of each class', () => {
    // ant: 2 TP, 1 FP, 1 FN; bee: 1 TP, 2 FP; cat: 2 FN.
    expect(macroF1.compute(confused, {})).toBeCloseTo((4 / 6 + 2 / 4 + 0) / 3, 12)
  })

  it('leaves out a class that neither occurs nor is given', () => {
    expect(macroF1.compute(input(sure(0, 1), [0, 1]), {})).toBe(1)
  })
})

describe('balanced-accuracy', () => {
  it('is the mean of the accuracies of the classes that occur', () => {
    expect(balancedAccuracy.compute(confused, {})).toBeCloseTo((2 / 3 + 1 + 0) / 3, 12)
    expect(balancedAccuracy.compute(input(sure(0, 2), [0, 1]), {})).toBe(0.5)
  })
})

describe('class-accuracy', () => {
  it('has a figure for each class by its name', () => {
    expect(classAccuracy.compute(confused, {})).toEqual({ ant: 2 / 3, bee: 1, cat: 0 })
  })

  it('has none for a class without an image, and one for each class of the same name', () => {
    const set = input(sure(0, 1), [0, 1], ['ant', 'ant', 'cat'])
    expect(classAccuracy.compute(set, {})).toEqual({ ant: 1, 'ant (1)': 1, cat: NaN })
  })

  it('never takes a row that is not finite for right', () => {
    const set = input([[NaN, 1, 1]], [0])
    expect(classAccuracy.compute(set, {})).toMatchObject({ ant: 0 })
  })
})

describe('calibration', () => {
  const rows = [
    [0.7, 0.2, 0.1],
    [0.9, 0.05, 0.05],
    [0.3, 0.4, 0.3],
  ]
  const set = input(rows, [0, 1, 1])

  it('ece is the distance of accuracy and confidence in each bin', () => {
    // One bin: |2/3 - 2/3|; bins of 0.5: |1 - 0.4| / 3 + 2/3 * |1/2 - 0.8|.
    expect(ece.compute(set, { bins: 1 })).toBeCloseTo(0, 6)
    expect(ece.compute(set, { bins: 2 })).toBeCloseTo(0.6 / 3 + (2 / 3) * 0.3, 6)
  })

  it('ece puts the edge of two bins into the lower one, and certainty into the last', () => {
    const edges = { ...set, logits: Float32Array.of(0, 0, -200, 200, 0, 0), labels: Int32Array.of(0, 0) }
    expect(ece.compute(edges, { bins: 2 })).toBeCloseTo(0.5 / 2, 12)
  })

  it('nll is the mean of -log p of the labels', () => {
    const expected = -(Math.log(0.7) + Math.log(0.05) + Math.log(0.4)) / 3
    expect(nll.compute(set, {})).toBeCloseTo(expected, 6)
  })

  it('brier is the squared distance to the labels', () => {
    const expected =
      (0.3 ** 2 +
        0.2 ** 2 +
        0.1 ** 2 +
        (0.9 ** 2 + 0.95 ** 2 + 0.05 ** 2) +
        (0.3 ** 2 + 0.6 ** 2 + 0.3 ** 2)) /
      3
    expect(brier.compute(set, {})).toBeCloseTo(expected, 6)
  })

  it('says that there is no figure where a student gives NaN', () => {
    const broken = input([[NaN, 0.5, 0.5]], [0])
    for (const figure of [
      ece.compute(broken, { bins: 15 }),
      nll.compute(broken, {}),
      brier.compute(broken, {}),
    ])
      expect(figure).toBeNaN()
  })
})
