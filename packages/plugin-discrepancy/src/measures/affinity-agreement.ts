import { UmbraError, randomStream } from '@umbra/core'
import { type LogitTable, wrongRowOf } from './logit-table.js'
import { kendallTauB, spearman, topOverlap } from './rank-statistics.js'
import { linearCka, matrixCosine, relationAgreement } from './relation-similarity.js'

/** How alike two networks see which wrong classes are near. */
export interface AffinityAgreement {
  /** Means over samples of rank statistics of the wrong classes. */
  readonly spearman: number
  readonly kendallTauB: number
  /** Mean share of the k most probable wrong classes in common, by k. */
  readonly topOverlap: Readonly<Record<string, number>>
  /** Of the class-relation matrices. */
  readonly linearCka: number
  readonly cosine: number
  /** Mean over classes of Spearman's rho of the rows. */
  readonly relationSpearman: number
}

/** One network, as agreement takes it. */
export interface AffinitySide {
  readonly table: LogitTable
  /** Class-relation matrix `[classes][classes]`. */
  readonly relations: readonly (readonly number[])[]
}

export interface PermutedAgreement {
  /** Means over the draws. */
  readonly mean: AffinityAgreement
  /** Largest of the draws: what chance alone reached. */
  readonly largest: AffinityAgreement
  readonly draws: number
  /** Samples used for the statistics of samples. */
  readonly samples: number
}

const TOPS = [1, 5, 10]

/**
 * Agreement of class affinities of two networks on the same samples: Spearman, Kendall tau-b and top-k overlap of the wrong classes
 * sample by sample, and linear CKA, cosine and row-wise Spearman of the class-relation matrices. Float64.
 *
 * k is 1, 5 and 10, as far as there are as many wrong classes. Samples without an order (all wrong logits equal) are left out.
 *
 * Throws UMBRA_OPTION when the networks were not given the same samples.
 */
export function affinityAgreement(a: AffinitySide, b: AffinitySide): AffinityAgreement {
  return { ...sampleAgreement(a.table, b.table), ...relationFigures(a.relations, b.relations) }
}

/** Spearman's rho of the wrong classes of each sample, NaN where one network has no order, `[samples]`. */
export const sampleSpearman = (a: LogitTable, b: LogitTable): Float64Array =>
  Float64Array.from(a.labels, (_, i) => spearman(wrongRowOf(a, i), wrongRowOf(b, i)))

/**
 * What agreement would be by chance: the second network's wrong classes are renamed at random, by one renaming for each true class.
 *
 * Statistics of samples use at most `maxSamples` samples, evenly spaced. The draws follow from `seed` alone.
 */
export function permutedAgreement(
  a: AffinitySide,
  b: AffinitySide,
  { draws = 20, maxSamples = 1000, seed = 0 }: { draws?: number; maxSamples?: number; seed?: number } = {},
): PermutedAgreement {
  const { classes, labels } = a.table
  const stride = Math.max(1, Math.ceil(labels.length / maxSamples))
  const chosen = Array.from({ length: Math.ceil(labels.length / stride) }, (_, i) => i * stride)
  const results = Array.from({ length: draws }, (_, draw) => {
    const renamings = Array.from({ length: classes }, (_, c) =>
      renaming(classes - 1, seed, `permuted-classes/${draw}/${c}`),
    )
    const relations = b.relations.map((row, c) => {
      const wrong = row.filter((_, k) => k !== c)
      const renamed = renamings[c]!.map((k) => wrong[k]!)
      return [...renamed.slice(0, c), 0, ...renamed.slice(c)]
    })
    const summary = sampleAgreement(a.table, b.table, chosen, renamings)
    return { ...summary, ...relationFigures(a.relations, relations) }
  })
  return {
    mean: combine(results, (values) => values.reduce((s, v) => s + v, 0) / values.length),
    largest: combine(results, (values) => Math.max(...values)),
    draws,
    samples: chosen.length,
  }
}

type SampleFigures = Pick<AffinityAgreement, 'spearman' | 'kendallTauB' | 'topOverlap'>

function sampleAgreement(
  a: LogitTable,
  b: LogitTable,
  chosen: readonly number[] = Array.from(a.labels.keys()),
  renamings?: readonly (readonly number[])[],
): SampleFigures {
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
  const tops = TOPS.filter((k) => k <= a.classes - 1)
  const rho = new Mean()
  const tau = new Mean()
  const overlaps = tops.map(() => new Mean())
  for (const i of chosen) {
    const x = wrongRowOf(a, i)
    const plain = wrongRowOf(b, i)
    const y = renamings === undefined ? plain : renamings[a.labels[i]!]!.map((k) => plain[k]!)
    rho.add(spearman(x, y))
    tau.add(kendallTauB(x, y))
    tops.forEach((k, at) => overlaps[at]!.add(topOverlap(x, y, k)))
  }
  return {
    spearman: rho.value,
    kendallTauB: tau.value,
    topOverlap: Object.fromEntries(tops.map((k, at) => [String(k), overlaps[at]!.value])),
  }
}

function relationFigures(x: readonly (readonly number[])[], y: readonly (readonly number[])[]) {
  return {
    linearCka: linearCka(x, y),
    cosine: matrixCosine(x, y),
    relationSpearman: relationAgreement(x, y).spearman,
  }
}

/** A random order of 0..count-1. */
function renaming(count: number, seed: number, name: string): number[] {
  const stream = randomStream(seed, name)
  const order = Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i--) {
    const j = stream.integer(i, i + 1)
    ;[order[i], order[j]] = [order[j]!, order[i]!]
  }
  return order
}

function combine(
  results: readonly AffinityAgreement[],
  how: (values: readonly number[]) => number,
): AffinityAgreement {
  const of = (pick: (result: AffinityAgreement) => number): number => how(results.map(pick))
  return {
    spearman: of((r) => r.spearman),
    kendallTauB: of((r) => r.kendallTauB),
    topOverlap: Object.fromEntries(
      Object.keys(results[0]!.topOverlap).map((k) => [k, of((r) => r.topOverlap[k]!)]),
    ),
    linearCka: of((r) => r.linearCka),
    cosine: of((r) => r.cosine),
    relationSpearman: of((r) => r.relationSpearman),
  }
}

/** Mean of the values that are numbers. */
class Mean {
  #sum = 0
  #count = 0
  add(value: number): void {
    if (!Number.isFinite(value)) return
    this.#sum += value
    this.#count += 1
  }
  get value(): number {
    return this.#sum / this.#count
  }
}
