import adjust from '@stdlib/stats-padjust'
import ttest from '@stdlib/stats-ttest'
import wilcoxon from '@stdlib/stats-wilcoxon'
import type { Estimate, OutcomeAnalysis, PairedComparison, Verdict } from './analysis.js'
import { ROUNDING, estimate } from './estimate.js'
import { seedsNeeded } from './seeds-needed.js'
import { sentence } from './sentence.js'

/** Significance level of the verdicts, after correction. */
export const LEVEL = 0.05

/** From here on the signed-rank test can give less than 0.05. */
const SIGNED_RANK_SEEDS = 6

export interface Contender {
  readonly label: string
  readonly values: OutcomeAnalysis['values']
}

interface Pairing {
  readonly label: string
  readonly seeds: readonly number[]
  readonly own: readonly number[]
  readonly base: readonly number[]
  readonly difference: Estimate | undefined
}

/**
 * Every contender against the baseline: paired t-tests over the seeds both finished, with Holm's correction over all
 * contenders that could be tested. In the order given.
 */
export function pairedComparisons(
  baseline: Contender,
  contenders: readonly Contender[],
): readonly PairedComparison[] {
  const pairings = contenders.map((contender) => paired(contender, baseline))
  const tests = pairings.map(tTest)
  const tested = tests.filter((test) => test !== undefined)
  const adjusted =
    tested.length === 0
      ? []
      : [
          ...adjust(
            tested.map(({ p }) => p),
            'holm',
          ),
        ]
  const corrected = new Map(tested.map((test, i) => [test, adjusted[i]!]))
  return pairings.map((pairing, i) => {
    const { label, seeds, difference } = pairing
    const test = tests[i]
    const full = test === undefined ? undefined : { ...test, adjusted: corrected.get(test)! }
    const outcome = verdict(difference, full?.adjusted)
    const dz = effectSize(difference)
    const comparison = {
      baseline: baseline.label,
      seeds,
      ...(difference === undefined ? {} : { difference }),
      ...(full === undefined ? {} : { test: full }),
      ...signedRank(pairing),
      ...(dz === undefined
        ? {}
        : { effect: { dz, ...(seeds.length > 2 ? { g: dz * smallSample(seeds.length - 1) } : {}) } }),
      verdict: outcome,
      // Holm's strictest step: what passes it is settled wherever the other methods come out.
      ...(outcome === 'undecided' && dz !== undefined
        ? { seedsNeeded: seedsNeeded(dz, LEVEL / tested.length) }
        : {}),
    }
    return { ...comparison, sentence: sentence(label, comparison) }
  })
}

function paired({ label, values }: Contender, baseline: Contender): Pairing {
  const other = new Map(baseline.values.map(({ seed, top1 }) => [seed, top1]))
  const common = values.filter(({ seed }) => other.has(seed))
  const own = common.map(({ top1 }) => top1)
  const base = common.map(({ seed }) => other.get(seed)!)
  return {
    label,
    seeds: common.map(({ seed }) => seed),
    own,
    base,
    difference: estimate(own.map((value, i) => value - base[i]!)),
  }
}

const varies = (difference: Estimate | undefined): difference is Estimate & { readonly deviation: number } =>
  difference?.deviation !== undefined && difference.deviation > 0

function tTest({ own, base, difference }: Pairing) {
  if (!varies(difference)) return undefined
  const { statistic, df, pValue } = ttest([...own], [...base])
  return { statistic, degrees: df, p: pValue }
}

function signedRank({ own, base }: Pairing): { readonly signedRank?: { readonly p: number } } {
  // Accuracies are counts of images: differences that are equal but for rounding are ties.
  const differences = own
    .map((value, i) => Math.round((value - base[i]!) / ROUNDING) * ROUNDING)
    .filter((value) => value !== 0)
  if (differences.length < SIGNED_RANK_SEEDS) return {}
  return { signedRank: { p: wilcoxon(differences).pValue } }
}

const effectSize = (difference: Estimate | undefined): number | undefined =>
  varies(difference) ? difference.mean / difference.deviation : undefined

/** Hedges' factor against the bias of a standardised difference with few degrees of freedom. */
const smallSample = (degrees: number): number => 1 - 3 / (4 * degrees - 1)

function verdict(difference: Estimate | undefined, adjusted: number | undefined): Verdict {
  if (difference === undefined || adjusted === undefined) return 'untested'
  if (adjusted >= LEVEL) return 'undecided'
  return difference.mean > 0 ? 'better' : 'worse'
}
