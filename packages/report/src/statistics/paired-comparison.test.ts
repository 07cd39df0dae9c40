import { describe, expect, it } from 'vitest'
import { pointsText } from '../texts.js'
import { type Contender, pairedComparisons } from './paired-comparison.js'

const contender = (label: string, tops: readonly number[]): Contender => ({
  label,
  values: tops.map((top1, seed) => ({ seed, top1 })),
})

/** Fractions between 0 and 1, always the same. */
function* fractions(): Generator<number, never> {
  for (let state = 12_345; ;) {
    state = (state * 48_271) % 2_147_483_647
    yield state / 2_147_483_647
  }
}

/** The ends of `+4.84 [3.19, 6.49]`. */
function printedEnds(text: string): readonly number[] {
  const inside = /\[(.+), (.+)\]$/.exec(text)
  return inside === null ? [] : inside.slice(1).map((end) => Number(end.replaceAll('−', '-')))
}

describe('pairedComparisons', () => {
  it('prints an interval that holds 0 exactly where it says that two cannot be told apart', () => {
    const draws = fractions()
    const next = () => draws.next().value
    const verdicts = { undecided: 0, settled: 0 }
    for (let table = 0; table < 500; table++) {
      const seeds = 2 + Math.floor(next() * 5)
      const scores = (shift: number) =>
        Array.from(
          { length: seeds },
          () => Math.round((0.6 + shift + 0.02 * (next() - 0.5)) * 10_000) / 10_000,
        )
      const others = Array.from({ length: 1 + Math.floor(next() * 6) }, (_, i) =>
        contender(`m${i}`, scores(0.06 * (next() - 0.5))),
      )
      for (const { difference, sentence, test } of pairedComparisons(contender('kd', scores(0)), others)) {
        if (difference === undefined || test === undefined) continue
        const [low, high] = printedEnds(pointsText(difference))
        const isUndecided = sentence.includes('cannot be told apart')
        expect({ sentence, holds0: low! <= 0 && high! >= 0 }).toEqual({ sentence, holds0: isUndecided })
        expect(test.adjusted >= 0.05).toBe(isUndecided)
        verdicts[isUndecided ? 'undecided' : 'settled']++
      }
    }
    expect(verdicts.undecided).toBeGreaterThan(200)
    expect(verdicts.settled).toBeGreaterThan(200)
  })

  it('widens the intervals by the number of methods that could be tested', () => {
    const base = contender('kd', [0.6, 0.61])
    const other = contender('fitnet', [0.648, 0.6588])
    const flat = contender('half', [0.5, 0.51])
    const interval = (...others: readonly Contender[]) =>
      pairedComparisons(base, others)[0]?.difference?.interval
    // Two seeds: t(1 - 0.025 / m, 1) = 1 / tan(0.025 pi / m), and the standard error is half their distance.
    const half = (m: number) => 0.0004 / Math.tan((0.025 * Math.PI) / m)
    const alone = interval(other)
    expect(alone?.[0]).toBeCloseTo(0.0484 - half(1), 10)
    expect(alone?.[1]).toBeCloseTo(0.0484 + half(1), 10)
    expect(interval(other, contender('at', [0.62, 0.64]))?.[0]).toBeCloseTo(0.0484 - half(2), 10)
    // Nothing is tested where all seeds differ by the same amount, so that method takes no part of the 5 %.
    expect(interval(other, flat)).toEqual(alone)
  })

  it('gives equal differences no interval, and says why', () => {
    const [half] = pairedComparisons(contender('kd', [0.6, 0.61]), [contender('half', [0.5578, 0.5678])])
    expect(pointsText(half!.difference!)).toBe('−4.22')
    expect(half?.sentence).toBe(
      'half and kd differ by −4.22 points, the same with each of 2 seeds. That is chance: without spread there is neither interval nor test; add seeds.',
    )
  })
})

describe('pointsText', () => {
  it('never rounds an end of an interval to 0, or away from it', () => {
    expect(pointsText({ mean: 0.01, count: 3, interval: [0.00001, 0.02] })).toBe('+1.00 [0.001, 2.00]')
    expect(pointsText({ mean: -0.01, count: 3, interval: [-0.02, -0.00002] })).toBe('−1.00 [−2.00, −0.002]')
    expect(pointsText({ mean: 0.01, count: 3, interval: [-0.00001, 0.02] })).toBe('+1.00 [0.00, 2.00]')
  })
})
