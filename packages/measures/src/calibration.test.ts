import { describe, expect, it } from 'vitest'
import { calibration } from './calibration.js'

describe('calibration', () => {
  it('puts a confidence on a bin’s upper edge into that bin', () => {
    const { bins } = calibration([0, 0.5, 0.5000001, 1], [0, 1, 1, 1], { bins: 2 })
    expect(bins.map((b) => b.count)).toEqual([2, 2])
  })

  it.each([
    { confidence: [], correct: [], bins: 15 },
    { confidence: [0.5], correct: [1, 0], bins: 15 },
    { confidence: [0.5], correct: [1], bins: 0 },
    { confidence: [Number.NaN], correct: [1], bins: 15 },
  ])('refuses $confidence, $correct, $bins bins', ({ confidence, correct, bins }) => {
    expect(() => calibration(confidence, correct, { bins })).toThrow(
      expect.objectContaining({ code: 'UMBRA_OPTION' }),
    )
  })
})
