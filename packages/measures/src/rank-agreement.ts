import { UmbraError } from '@umbra/core'
import { type LogitTable, wrongRowOf } from './logit-table.js'
import { kendallTauBOf, spearmanOf, topOverlapOf } from './rank-statistics.js'
import { rank } from './ranking.js'

/** How far two networks agree on the order of the wrong classes of each sample; NaN where one has no order. Each `[samples]`. */
export interface RankAgreement {
  readonly spearman: Float64Array
  readonly kendallTauB: Float64Array
  /** Share of the k largest wrong classes in common, 0 to 1, by k. */
  readonly topOverlap: Readonly<Record<string, Float64Array>>
}

/** Means over the samples that have an order. */
export interface MeanRankAgreement {
  readonly spearman: number
  readonly kendallTauB: number
  readonly topOverlap: Readonly<Record<string, number>>
}

/** Which samples, classes and ranks are compared. */
/** Which parts of two tables are compared. */
export interface RankAgreementOptions {
  /** Values of k, 1, 5 and 10 by default; those above the number of wrong classes are left out. */
  readonly tops?: readonly number[]
  /** Indices of the samples used, all by default. */
  readonly indices?: ArrayLike<number>
  /** An order of the second network's wrong classes for each true class. */
  readonly renamings?: readonly (readonly number[])[]
}

/**
 * Rank statistics of the wrong classes between two networks, sample by sample: the labelled class is left out of each row.
 *
 * Logits or probabilities give the same numbers. Computed on the host in float64.
 *
 * Throws UMBRA_OPTION when the two tables are not of the same samples, or are empty.
 */
export function rankAgreement(
  a: LogitTable,
  b: LogitTable,
  { tops = [1, 5, 10], indices = Uint32Array.from(a.labels.keys()), renamings }: RankAgreementOptions = {},
): RankAgreement {
  if (
    a.classes !== b.classes ||
    a.labels.length === 0 ||
    a.labels.length !== b.labels.length ||
    a.labels.some((y, i) => y !== b.labels[i])
  )
    throw new UmbraError('UMBRA_OPTION', {
      subject: 'rank agreement',
      expected: 'logits of both networks for the same samples and classes, at least one sample',
      received: `${a.labels.length} samples of ${a.classes} classes and ${b.labels.length} of ${b.classes}`,
    })
  const column = (): Float64Array => new Float64Array(indices.length)
  const overlaps = tops.filter((k) => k < a.classes).map((k) => ({ k, shares: column() }))
  const [rho, tau] = [column(), column()]
  for (let at = 0; at < indices.length; at++) {
    // Indices of samples of both tables; a label is a class, and each class has an order of its wrong classes.
    const i = indices[at]!
    const plain = wrongRowOf(b, i)
    const x = rank(wrongRowOf(a, i))
    const y = rank(renamings === undefined ? plain : renamings[a.labels[i]!]!.map((k) => plain[k]!))
    rho[at] = spearmanOf(x, y)
    tau[at] = kendallTauBOf(x, y)
    for (const { k, shares } of overlaps) shares[at] = topOverlapOf(x, y, k)
  }
  return {
    spearman: rho,
    kendallTauB: tau,
    topOverlap: Object.fromEntries(overlaps.map(({ k, shares }) => [String(k), shares])),
  }
}

/** Means of {@link rankAgreement}; samples without an order (all wrong logits equal) are left out. */
export const meanRankAgreement = ({
  spearman,
  kendallTauB,
  topOverlap,
}: RankAgreement): MeanRankAgreement => ({
  spearman: meanOfFinite(spearman),
  kendallTauB: meanOfFinite(kendallTauB),
  topOverlap: Object.fromEntries(Object.entries(topOverlap).map(([k, shares]) => [k, meanOfFinite(shares)])),
})

function meanOfFinite(values: Float64Array): number {
  const finite = values.filter((value) => Number.isFinite(value))
  return finite.reduce((sum, value) => sum + value, 0) / finite.length
}
