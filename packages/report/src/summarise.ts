import { UmbraError, suggestion } from '@umbra/core'
import type { ComparisonResults, MethodResults, SeedResult, TeacherResult } from './comparison-results.js'
import { type Spread, spread } from './spread.js'

/** One method over all its seeds. */
export interface MethodSummary {
  readonly label: string
  readonly id: string
  /** Seeds that finished. */
  readonly seeds: readonly number[]
  readonly failed: readonly { readonly seed: number; readonly reason: string }[]
  /** Fractions, 0..1; absent where no seed finished. */
  readonly top1?: Spread
  readonly top5?: Spread
  /** Nats. */
  readonly loss?: Spread
  readonly seconds?: Spread
  readonly imagesPerSecond?: Spread
  /** Top-1 minus the baseline's at the same seed, over the seeds that both finished. Fractions. */
  readonly difference?: Spread
  /** Has the highest mean top-1 of at least two methods whose seeds all finished. */
  readonly best: boolean
}

export interface ComparisonTable {
  readonly teachers: readonly TeacherResult[]
  readonly student?: { readonly label: string; readonly parameters: number }
  readonly methods: readonly MethodSummary[]
  /** Label of the method that `difference` refers to. */
  readonly baseline?: string
  /** What a reader must know of the numbers, one sentence each. */
  readonly notes: readonly string[]
  readonly credit?: string
}

/**
 * Mean and sample standard deviation of each method over its seeds, and its paired difference to a baseline.
 *
 * Seeds that failed are left out and named. Says when there are too few seeds to settle anything; makes no test.
 *
 * Throws UMBRA_UNKNOWN_ID when the baseline is not among the methods.
 */
export function summarise(results: ComparisonResults): ComparisonTable {
  const { teachers, student, credit } = results
  const baseline = findBaseline(results)
  const summaries = results.methods.map((method) => summary(method, baseline))
  // A mean over the seeds that survived flatters: only methods without a failure compete.
  const means = summaries.flatMap(({ top1, failed }) =>
    top1 === undefined || failed.length > 0 ? [] : [top1.mean],
  )
  const highest = means.length < 2 ? undefined : Math.max(...means)
  const methods = summaries.map((m) => ({
    ...m,
    best: m.failed.length === 0 && highest !== undefined && m.top1?.mean === highest,
  }))
  return {
    teachers,
    methods,
    notes: notes(methods),
    ...(student === undefined ? {} : { student }),
    ...(baseline === undefined ? {} : { baseline: baseline.label }),
    ...(credit === undefined ? {} : { credit }),
  }
}

function findBaseline({ methods, baseline }: ComparisonResults): MethodResults | undefined {
  if (baseline === undefined) {
    return methods.length < 2 ? undefined : methods.find((method) => method.id === 'ce')
  }
  const found = methods.find((method) => method.label === baseline)
  if (found !== undefined) return found
  throw new UmbraError('UMBRA_UNKNOWN_ID', {
    subject: `baseline "${baseline}"`,
    expected: 'one of the methods compared',
    remedy: suggestion(
      baseline,
      methods.map((method) => method.label),
    ),
  })
}

const finished = (seed: SeedResult): boolean => seed.failed === undefined && Number.isFinite(seed.top1)

function summary(method: MethodResults, baseline: MethodResults | undefined): Omit<MethodSummary, 'best'> {
  const done = method.seeds.filter(finished)
  const of = (key: Exclude<keyof SeedResult, 'seed' | 'failed'>) =>
    spread(done.map((seed) => seed[key]).filter(Number.isFinite))
  const numbers = {
    top1: of('top1'),
    top5: of('top5'),
    loss: of('loss'),
    seconds: of('seconds'),
    imagesPerSecond: of('imagesPerSecond'),
    difference: baseline === undefined || baseline === method ? undefined : paired(done, baseline),
  }
  return {
    label: method.label,
    id: method.id,
    seeds: done.map(({ seed }) => seed),
    failed: method.seeds
      .filter((seed) => !finished(seed))
      .map(({ seed, failed }) => ({ seed, reason: failed ?? 'the result is not a number' })),
    ...present(numbers),
  }
}

function paired(done: readonly SeedResult[], baseline: MethodResults): Spread | undefined {
  const other = new Map(baseline.seeds.filter(finished).map(({ seed, top1 }) => [seed, top1]))
  return spread(
    done.flatMap(({ seed, top1 }) => {
      const base = other.get(seed)
      return base === undefined ? [] : [top1 - base]
    }),
  )
}

function present<T extends Record<string, Spread | undefined>>(values: T) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Spread
  }
}

/** Below this many seeds no difference is called settled. */
const ENOUGH_SEEDS = 3

function notes(methods: readonly MethodSummary[]): string[] {
  const some = methods.filter(({ seeds }) => seeds.length > 0)
  const unequal = new Set(some.map(({ seeds }) => [...seeds].sort((a, b) => a - b).join())).size > 1
  return [
    ...(some.length > 1 && some.some(({ seeds }) => seeds.length < ENOUGH_SEEDS)
      ? [`Fewer than ${ENOUGH_SEEDS} seeds: differences between methods are not settled.`]
      : []),
    ...(unequal
      ? ['The means are over different seeds: compare the methods by their paired differences.']
      : []),
    ...(some.some(({ seeds }) => seeds.length > 1)
      ? ['± is the sample standard deviation over seeds, not a confidence interval.']
      : []),
  ]
}
