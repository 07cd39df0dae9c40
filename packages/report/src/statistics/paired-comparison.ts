import type { Estimate, OutcomeAnalysis, PairedComparison, Verdict } from './analysis.js'
import { ROUNDING, estimate } from './estimate.js'
import { seedsNeeded } from './seeds-needed.js'
import { sentence } from './sentence.js'
import { signedRankP } from './signed-rank.js'
import { studentTail } from './student-t.js'

/** Significance level of the verdicts, after correction. */
const LEVEL = 0.05

/** With fewer seeds the signed-rank test cannot reach 0.05. */
const SIGNED_RANK_SEEDS = 6

export interface Contender {
  readonly label: string
  readonly values: OutcomeAnalysis['values']
}

interface Pairing {
  readonly label: string
  readonly seeds: readonly number[]
  /** Top-1 of the contender and of the baseline, seed by seed. */
  readonly scores: readonly { readonly contender: number; readonly baseline: number }[]
  readonly difference: Estimate | undefined
}

/**
 * Every contender against the baseline: paired t-tests over the seeds both finished, with Bonferroni's correction
 * over all contenders that could be tested, the same in the intervals: an interval holds 0 exactly where the verdict is
 * `undecided`. In the order of the contenders.
 */
export function pairedComparisons(
  baseline: Contender,
  contenders: readonly Contender[],
): readonly PairedComparison[] {
  const pairings = contenders.map((contender) => paired(contender, baseline))
  const comparisons = pairings.filter(({ difference }) => varies(difference)).length
  return pairings.map((pairing) => {
    const { label, seeds, scores } = pairing
    const difference = estimate(scores.map(gap), comparisons)
    const test = tTest(pairing, comparisons)
    const outcome = verdict(difference, test?.adjusted)
    const dz = effectSize(difference)
    const comparison = {
      baseline: baseline.label,
      seeds,
      ...(difference === undefined ? {} : { difference }),
      ...(test === undefined ? {} : { test }),
      ...signedRank(pairing),
      ...(dz === undefined
        ? {}
        : { effect: { dz, ...(seeds.length > 2 ? { g: dz * smallSample(seeds.length - 1) } : {}) } }),
      verdict: outcome,
      ...(outcome === 'undecided' && dz !== undefined
        ? { seedsNeeded: seedsNeeded(dz, LEVEL / comparisons) }
        : {}),
    }
    return { ...comparison, sentence: sentence(label, comparison) }
  })
}

function paired({ label, values }: Contender, baseline: Contender): Pairing {
  const other = new Map(baseline.values.map(({ seed, top1 }) => [seed, top1]))
  const common = values.flatMap(({ seed, top1 }) => {
    const base = other.get(seed)
    return base === undefined ? [] : [{ seed, contender: top1, baseline: base }]
  })
  return {
    label,
    seeds: common.map(({ seed }) => seed),
    scores: common,
    difference: estimate(common.map(gap)),
  }
}

const varies = (difference: Estimate | undefined): difference is Estimate & { readonly deviation: number } =>
  difference?.deviation !== undefined && difference.deviation > 0

const gap = ({ contender, baseline }: Pairing['scores'][number]): number => contender - baseline

function tTest({ difference }: Pairing, comparisons: number): PairedComparison['test'] {
  if (!varies(difference)) return undefined
  const { mean, deviation, count } = difference
  const statistic = mean / (deviation / Math.sqrt(count))
  const degrees = count - 1
  const p = studentTail(statistic, degrees)
  return { statistic, degrees, p, adjusted: Math.min(1, comparisons * p), comparisons }
}

function signedRank({ scores }: Pairing): { readonly signedRank?: { readonly p: number } } {
  // Accuracies are counts of images: differences that are equal up to rounding are ties.
  const differences = scores
    .map((pair) => Math.round(gap(pair) / ROUNDING) * ROUNDING)
    .filter((value) => value !== 0)
  if (differences.length < SIGNED_RANK_SEEDS) return {}
  return { signedRank: { p: signedRankP(differences) } }
}

const effectSize = (difference: Estimate | undefined): number | undefined =>
  varies(difference) ? difference.mean / difference.deviation : undefined

/** Hedges' correction of the bias of a standardised difference with few degrees of freedom. */
const smallSample = (degrees: number): number => 1 - 3 / (4 * degrees - 1)

function verdict(difference: Estimate | undefined, adjusted: number | undefined): Verdict {
  if (difference === undefined || adjusted === undefined) return 'untested'
  if (adjusted >= LEVEL) return 'undecided'
  return difference.mean > 0 ? 'better' : 'worse'
}
