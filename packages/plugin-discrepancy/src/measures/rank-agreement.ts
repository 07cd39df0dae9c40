import { UmbraError } from '@umbra/core'
import { kendallTauBOf, spearmanOf, topOverlapOf } from './rank-statistics.js'
import { rank } from './ranking.js'

/** How alike two networks order the wrong classes. */
export interface RankAgreement {
  /** For each sample, NaN where one network has no order, `[samples]`. */
  readonly spearman: readonly number[]
  readonly kendallTauB: readonly number[]
  /** Means over the samples that have one. */
  readonly meanSpearman: number
  readonly meanKendallTauB: number
  /** Mean share of the k largest wrong classes in common, 0 to 1; only of k up to the number of wrong classes. */
  readonly topOverlap: ReadonlyMap<number, number>
}

/**
 * Rank statistics of the wrong classes between two networks, sample by sample: the labelled class is left out of each row.
 *
 * Logits or probabilities give the same numbers. Computed on the host in float64.
 *
 * @param a `[samples][classes]`
 * @param b `[samples][classes]`
 * @param labels class indices `[samples]`
 * Throws UMBRA_OPTION when the numbers of samples differ or there are none.
 */
export function rankAgreement(
  a: readonly (readonly number[])[],
  b: readonly (readonly number[])[],
  labels: ArrayLike<number>,
  { tops = [1, 5, 10] }: { readonly tops?: readonly number[] } = {},
): RankAgreement {
  if (a.length === 0 || a.length !== b.length || a.length !== labels.length)
    throw new UmbraError('UMBRA_OPTION', {
      subject: 'rank agreement',
      expected: 'as many rows of both networks as labels, at least one',
      received: `${a.length}, ${b.length} and ${labels.length}`,
    })
  const without = (row: readonly number[], i: number) => rank(row.filter((_, c) => c !== labels[i]))
  const pairs = a.map((row, i) => [without(row, i), without(b[i]!, i)] as const)
  const rho = pairs.map(([x, y]) => spearmanOf(x, y))
  const tau = pairs.map(([x, y]) => kendallTauBOf(x, y))
  const wrongClasses = pairs[0]![0].order.length
  return {
    spearman: rho,
    kendallTauB: tau,
    meanSpearman: meanOfFinite(rho),
    meanKendallTauB: meanOfFinite(tau),
    topOverlap: new Map(
      tops
        .filter((k) => k <= wrongClasses)
        .map((k) => [k, meanOfFinite(pairs.map(([x, y]) => topOverlapOf(x, y, k)))]),
    ),
  }
}

function meanOfFinite(values: readonly number[]): number {
  const finite = values.filter((value) => Number.isFinite(value))
  return finite.reduce((sum, value) => sum + value, 0) / finite.length
}
