import { entryOf, randomStream } from '@umbra/core'
import type { LogitTable } from './logit-table.js'
import {
  type MeanRankAgreement,
  type RankAgreement,
  meanRankAgreement,
  rankAgreement,
} from './rank-agreement.js'
import { linearCka, matrixCosine, relationAgreement } from './relation-similarity.js'

/** How far two networks agree on which wrong classes are near: per sample on average, and in their class relations. */
export interface AffinityAgreement extends MeanRankAgreement {
  /** Of the class-relation matrices. */
  readonly linearCka: number
  readonly cosine: number
  /** Mean over classes of Spearman's rho of the rows. */
  readonly relationSpearman: number
}

/** One network as input of the agreement. */
export interface AffinitySide {
  readonly table: LogitTable
  /** Class-relation matrix `[classes][classes]`. */
  readonly relations: readonly (readonly number[])[]
}

/** Agreement with the wrong classes renamed at random, over several draws of names: what chance gives. */
export interface PermutedAgreement {
  /** Means over the draws. */
  readonly mean: AffinityAgreement
  /** Largest of the draws: what chance alone reached. */
  readonly largest: AffinityAgreement
  readonly draws: number
  /** Samples used for the statistics of samples. */
  readonly samples: number
}

/**
 * Agreement of class affinities of two networks on the same samples: Spearman, Kendall tau-b and top-k overlap of the wrong classes
 * sample by sample, and linear CKA, cosine and row-wise Spearman of the class-relation matrices. Float64.
 *
 * Samples without an order (all wrong logits equal) are left out.
 *
 * @param samples result of {@link rankAgreement} for the two tables, if already computed
 *
 * Throws UMBRA_OPTION when the two tables are not of the same samples.
 */
export function affinityAgreement(
  a: AffinitySide,
  b: AffinitySide,
  samples: RankAgreement = rankAgreement(a.table, b.table),
): AffinityAgreement {
  return { ...meanRankAgreement(samples), ...relationFigures(a.relations, b.relations) }
}

/**
 * Agreement by chance: the second network's wrong classes are renamed at random, by one renaming for each true class.
 *
 * Statistics of samples use at most `maxSamples` samples, drawn at random: every n-th could all be of one class. All draws follow
 * from `seed` and the number of samples.
 */
export function permutedAgreement(
  a: AffinitySide,
  b: AffinitySide,
  { draws = 20, maxSamples = 1000, seed = 0 }: { draws?: number; maxSamples?: number; seed?: number } = {},
): PermutedAgreement {
  const { classes, labels } = a.table
  const indices = shuffled(labels.length, seed, 'permuted-samples')
    .slice(0, maxSamples)
    .sort((x, y) => x - y)
  const results = Array.from({ length: draws }, (_, draw) => {
    const renamings = Array.from({ length: classes }, (_, c) =>
      shuffled(classes - 1, seed, `permuted-classes/${draw}/${c}`),
    )
    const relations = b.relations.map((row, c) => {
      const wrong = row.filter((_, k) => k !== c)
      // Each class has a renaming: an order of the indices of its wrong classes.
      const renamed = renamings[c]!.map((k) => wrong[k]!)
      return [...renamed.slice(0, c), 0, ...renamed.slice(c)]
    })
    const ranks = rankAgreement(a.table, b.table, { indices, renamings })
    return { ...meanRankAgreement(ranks), ...relationFigures(a.relations, relations) }
  })
  return {
    mean: combine(results, (values) => values.reduce((s, v) => s + v, 0) / values.length),
    largest: combine(results, (values) => Math.max(...values)),
    draws,
    samples: indices.length,
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
function shuffled(count: number, seed: number, name: string): number[] {
  const stream = randomStream(seed, name)
  const order = Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i--) {
    const j = stream.integer(i, i + 1)
    // Both are indices of the order: 0 <= j <= i < count.
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
      Object.keys(results[0]?.topOverlap ?? {}).map((k) => [k, of((r) => entryOf(r.topOverlap, k))]),
    ),
    linearCka: of((r) => r.linearCka),
    cosine: of((r) => r.cosine),
    relationSpearman: of((r) => r.relationSpearman),
  }
}
