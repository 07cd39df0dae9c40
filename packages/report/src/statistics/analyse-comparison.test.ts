import type { ArmResult, ComparisonRecord, MethodFigures } from '@umbra/core/trainer'
import { describe, expect, it } from 'vitest'
import { exampleRecord } from '../../test/example-record.js'
import { analyseComparison } from './analyse-comparison.js'
import { seedsNeeded } from './seeds-needed.js'

const evaluation = (top1: number) => ({ top1, top5: 0.9, loss: 1, samples: 1000 })
const made = { arm: 'x', label: 'x', method: 'x', hash: '', cohort: [], history: [] }
const arm = (seed: number, final: number, best?: number): ArmResult => ({
  ...made,
  seed,
  final: evaluation(final),
  ...(best === undefined
    ? {}
    : { best: evaluation(best), bestEpoch: { epoch: 1, validation: evaluation(0.5) } }),
  seconds: 100,
  imagesPerSecond: 500,
})
const failing = (seed: number): ArmResult => ({
  ...made,
  seed,
  failed: { code: 'UMBRA_DIVERGED', reason: 'the loss is not a number', epoch: 2 },
  // A value that must not be used, whatever it is.
  final: evaluation(0.99),
  seconds: 5,
  imagesPerSecond: 500,
})
const method = (id: string, arms: readonly ArmResult[], label = id): MethodFigures => ({
  id,
  label,
  options: {},
  arms,
})
const record = (...methods: readonly MethodFigures[]): ComparisonRecord => {
  const [pair] = exampleRecord({ pairs: 1 }).pairs
  return { ...exampleRecord({ pairs: 1 }), pairs: [{ ...pair!, methods }] }
}
const values = (id: string, ...tops: readonly number[]) =>
  method(
    id,
    tops.map((top, i) => arm(i, top)),
  )
const analysed = (...methods: readonly MethodFigures[]) => analyseComparison(record(...methods)).pairs[0]!
const find = (pair: ReturnType<typeof analysed>, label: string) =>
  pair.methods.find((each) => each.label === label)!

// Expected values are scipy 1.17's: stats.ttest_rel, stats.wilcoxon, stats.t.interval, Bonferroni's correction by hand.
const KD = values('kd', 0.625, 0.631, 0.6262, 0.629, 0.6301, 0.6277)
const ATS = values('ats', 0.6312, 0.6401, 0.6275, 0.6356, 0.633, 0.6389)
const DKD = values('dkd', 0.626, 0.632, 0.624, 0.631, 0.629, 0.63)
const CE = values('ce', 0.6, 0.61, 0.605, 0.598, 0.601, 0.603)

describe('analyseComparison', () => {
  const pair = analysed(CE, KD, DKD, ATS)

  it('gives mean, standard deviation and t interval', () => {
    const { top1 } = find(pair, 'ats').final
    expect(top1!.mean).toBeCloseTo(0.6343833333, 9)
    expect(top1!.deviation).toBeCloseTo(0.004774690216827361, 12)
    expect(top1!.interval![0]).toBeCloseTo(0.6293726032503321, 10)
    expect(top1!.interval![1]).toBeCloseTo(0.6393940634163348, 10)
  })

  it('tests against kd by seed, with Bonferroni over the methods', () => {
    const versus = ['ats', 'dkd', 'ce'].map((label) => find(pair, label).final.versus!)
    const p = [0.009218466086484993, 0.5220036197267852, 2.1911742688833777e-5]
    const adjusted = [0.02765539825945498, 1, 6.573522806650133e-5]
    versus.forEach(({ test }, i) => {
      expect(test!.p).toBeCloseTo(p[i]!, 10)
      expect(test!.adjusted).toBeCloseTo(adjusted[i]!, 10)
      expect(test!.degrees).toBe(5)
    })
    expect(versus.map(({ verdict }) => verdict)).toEqual(['better', 'undecided', 'worse'])
    expect(versus[0]!.difference!.interval![0]).toBeCloseTo(0.0008776115992824964, 10)
    expect(versus[0]!.effect!.dz).toBeCloseTo(1.679955219500685, 9)
    expect(versus[0]!.effect!.g).toBeCloseTo(1.679955219500685 * (1 - 3 / 19), 9)
    expect(versus[0]!.signedRank!.p).toBeCloseTo(0.03125, 10)
    // With ties the normal approximation, with continuity correction.
    expect(versus[1]!.signedRank!.p).toBeCloseTo(0.6741416549927048, 10)
    expect(find(pair, 'kd').final.versus).toBeUndefined()
  })

  it('says it in a sentence', () => {
    expect(find(pair, 'ats').final.versus!.sentence).toBe('ats beats kd by 0.62 ± 0.53 points, 6 seeds.')
    expect(find(pair, 'ce').final.versus!.sentence).toMatch(/^ce falls behind kd by 2\.53 ± [\d.]+ points/)
    expect(find(pair, 'dkd').final.versus!.sentence).toBe(
      'dkd and kd cannot be told apart with 6 seeds (+0.05 ± 0.26 points); more than 100 would be needed.',
    )
  })

  it('ranks by the last epoch and compares with kd, else ce, else what is asked', () => {
    expect(pair.methods.map(({ label }) => label)).toEqual(['ats', 'dkd', 'kd', 'ce'])
    expect(pair.baseline).toBe('kd')
    expect(analysed(CE, ATS).baseline).toBe('ce')
    expect(analysed(ATS).baseline).toBeUndefined()
    expect(analysed(ATS, DKD).notes.join()).toContain('nothing is tested')
    // One method alone has nothing to be compared with, and no need to be told.
    expect(analysed(ATS).notes).toEqual([])
    expect(analyseComparison(record(CE, KD), { baseline: 'ce' }).pairs[0]!.baseline).toBe('ce')
    expect(() => analyseComparison(record(CE, KD), { baseline: 'kdd' })).toThrow(/Did you mean "kd"/)
  })

  it('pairs by seed, not by place, and only where both finished', () => {
    const shuffled = method('ats', [arm(2, 0.67), arm(9, 0.1), arm(0, 0.63), arm(1, 0.62)])
    const { versus } = find(analysed(values('kd', 0.6, 0.61, 0.62), shuffled), 'ats').final
    expect(versus!.seeds).toEqual([2, 0, 1])
    expect(versus!.difference!.mean).toBeCloseTo(0.03, 12)
  })

  it('tests the epoch that was best on validation as a family of its own', () => {
    const best = analysed(
      method('kd', [arm(0, 0.6, 0.61), arm(1, 0.61, 0.6), arm(2, 0.62, 0.61)]),
      method('ats', [arm(0, 0.6, 0.62), arm(1, 0.61, 0.611), arm(2, 0.62, 0.622)]),
    )
    expect(best.hasBest).toBe(true)
    expect(find(best, 'ats').final.versus!.verdict).toBe('untested')
    expect(find(best, 'ats').best.versus!.verdict).toBe('better')
    expect(pair.hasBest).toBe(false)
  })

  it('leaves failed arms and results that are not numbers out, with the reason', () => {
    const broken = method('ats', [arm(0, 0.65), failing(1), arm(2, Number.NaN), arm(3, 0.66)])
    const result = analysed(values('kd', 0.6, 0.61, 0.62, 0.605), broken)
    const { seeds, failed, final } = find(result, 'ats')
    expect(seeds).toEqual([0, 3])
    expect(final.top1!.mean).toBeCloseTo(0.655, 12)
    expect(failed).toMatchObject([{ seed: 1, code: 'UMBRA_DIVERGED', epoch: 2 }, { seed: 2 }])
    expect(result.notes.join('\n')).toMatch(
      /ats, seed 1, failed in epoch 3: UMBRA_DIVERGED: the loss is not a number\. The seed is left out/,
    )
    expect(result.notes.join('\n')).toContain('The means are over different seeds')
  })

  it('goes on where every arm of a method, or of the baseline, failed', () => {
    const dead = (id: string) => method(id, [failing(0), failing(1)])
    const one = analysed(values('kd', 0.6, 0.61), dead('ats'))
    expect(find(one, 'ats').final).toEqual({ values: [] })
    expect(one.methods.at(-1)!.label).toBe('ats')
    const other = analysed(dead('kd'), values('ats', 0.6, 0.61))
    expect(find(other, 'ats').final.versus).toBeUndefined()
    expect(other.notes.join()).toContain('kd, the baseline, has no result')
  })

  it('says with one seed that nothing is settled, and gives no interval', () => {
    const { final } = find(analysed(values('kd', 0.6), values('ats', 0.62)), 'ats')
    expect(final.top1).toEqual({ mean: 0.62, count: 1 })
    expect(final.versus).toMatchObject({ verdict: 'untested' })
    expect(final.versus!.test).toBeUndefined()
    expect(final.versus!.sentence).toBe(
      'ats and kd differ by +2.00 points with one seed, which settles nothing.',
    )
  })

  it('makes no test where all differences are the same', () => {
    const same = find(analysed(values('kd', 0.6, 0.61, 0.62), values('ats', 0.6, 0.61, 0.62)), 'ats')
    expect(same.final.versus).toMatchObject({ verdict: 'untested' })
    expect(same.final.versus!.sentence).toContain('gave the same accuracy with each of 3 seeds')
    // 0.1 + 0.2 is not 0.3: a spread of rounding is no spread.
    const shifted = find(analysed(values('kd', 0.1, 0.2, 0.3), values('ats', 0.3, 0.4, 0.5)), 'ats')
    expect(shifted.final.versus).toMatchObject({ verdict: 'untested', difference: { deviation: 0 } })
    expect(shifted.final.versus!.sentence).toContain('without spread there is neither interval nor test')
  })

  it('asks for more seeds than there are, wherever it calls a comparison undecided', () => {
    const undecided = analyseComparison(exampleRecord())
      .pairs.flatMap(({ methods }) => methods.flatMap(({ final, best }) => [final.versus, best.versus]))
      .filter((versus) => versus?.verdict === 'undecided')
    expect(undecided.length).toBeGreaterThan(0)
    for (const { seeds, seedsNeeded: needed } of undecided.map((versus) => versus!)) {
      expect(needed === 'more than 100' || needed! > seeds.length).toBe(true)
    }
  })
})

describe('few seeds', () => {
  const versus = (...tops: readonly number[]) => {
    const base = values('kd', ...tops.map((top) => top - 0.01))
    const pair = analysed(base, values('ats', ...tops.map((top, i) => top + i * 0.001)))
    return find(pair, 'ats').final.versus
  }

  it('have no signed-rank test below six, with which it cannot fall under 0.05', () => {
    expect(versus(0.6, 0.61, 0.62, 0.63, 0.64)?.signedRank).toBeUndefined()
    expect(versus(0.6, 0.61, 0.62, 0.63, 0.64, 0.65)?.signedRank?.p).toBeCloseTo(2 / 2 ** 6, 10)
  })

  it('have no corrected effect size with two: its factor has no degrees of freedom left', () => {
    expect(Object.keys(versus(0.6, 0.61)?.effect ?? {})).toEqual(['dz'])
    expect(Object.keys(versus(0.6, 0.61, 0.62)?.effect ?? {})).toEqual(['dz', 'g'])
  })
})

describe('seedsNeeded', () => {
  // Exact power of the non-central t distribution, scipy 1.17.
  it.each([
    [0.5, 0.05, 34],
    [0.8, 0.05, 15],
    [1, 0.05, 10],
    [2, 0.05, 5],
    [-2, 0.05, 5],
    [0.5, 0.05 / 7, 54],
    [2, 0.05 / 7, 7],
  ])('an effect of %f at level %f takes %i', (dz, level, expected) => {
    expect(seedsNeeded(dz, level)).toBe(expected)
  })

  it('stops counting after 100', () => {
    expect(seedsNeeded(0.28, 0.05)).toBe('more than 100')
    expect(seedsNeeded(0, 0.05)).toBe('more than 100')
  })
})
