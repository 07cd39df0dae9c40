import { UmbraError } from '@umbra/core'
import { type LogitTable, wrongRowOf } from './logit-table.js'
import { kendallTauBOf, spearmanOf, topOverlapOf } from './rank-statistics.js'
import { rank } from './ranking.js'

/** How alike two networks order the wrong classes of each sample; NaN where one has no order. Each `[samples]`. */
export interface SampleAgreement {
  readonly spearman: Float64Array
  readonly kendallTauB: Float64Array
  /** Share of the k most probable wrong classes in common, by k. */
  readonly topOverlap: Readonly<Record<string, Float64Array>>
}

export interface SampleChoice {
  /** Indices of the samples looked at, all by default. */
  readonly chosen?: ArrayLike<number>
  /** An order of the second network's wrong classes for each true class. */
  readonly renamings?: readonly (readonly number[])[]
}

const TOPS = [1, 5, 10]

/**
 * Rank statistics of the wrong classes of two networks sample by sample, float64.
 *
 * k is 1, 5 and 10, as far as there are as many wrong classes.
 *
 * Throws UMBRA_OPTION when the networks were not given the same samples.
 */
export function sampleAgreement(
  a: LogitTable,
  b: LogitTable,
  { chosen = Uint32Array.from(a.labels.keys()), renamings }: SampleChoice = {},
): SampleAgreement {
  if (
    a.classes !== b.classes ||
    a.labels.length !== b.labels.length ||
    a.labels.some((y, i) => y !== b.labels[i])
  )
    throw new UmbraError('UMBRA_OPTION', {
      subject: 'agreement of class affinities',
      expected: 'logits of both networks for the same samples and classes',
      received: `${a.labels.length} samples of ${a.classes} classes and ${b.labels.length} of ${b.classes}`,
    })
  const column = (): Float64Array => new Float64Array(chosen.length)
  const tops = TOPS.filter((k) => k <= a.classes - 1)
  const [rho, tau, overlaps] = [column(), column(), tops.map(column)]
  for (let at = 0; at < chosen.length; at++) {
    const i = chosen[at]!
    const plain = wrongRowOf(b, i)
    const x = rank(wrongRowOf(a, i))
    const y = rank(renamings === undefined ? plain : renamings[a.labels[i]!]!.map((k) => plain[k]!))
    rho[at] = spearmanOf(x, y)
    tau[at] = kendallTauBOf(x, y)
    for (const [of, k] of tops.entries()) overlaps[of]![at] = topOverlapOf(x, y, k)
  }
  return {
    spearman: rho,
    kendallTauB: tau,
    topOverlap: Object.fromEntries(tops.map((k, of) => [String(k), overlaps[of]!])),
  }
}
