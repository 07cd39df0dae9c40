import type { ArmResult, ComparisonRecord, MethodFigures, PairFigures } from '@umbra/core/trainer'
import { type Evaluation, UmbraError, suggestion } from '@umbra/core'
import type {
  ComparisonAnalysis,
  MethodAnalysis,
  Outcome,
  OutcomeAnalysis,
  PairAnalysis,
} from './analysis.js'
import { getOrThrow } from '../get-or-throw.js'
import { estimate } from './estimate.js'
import { type Metric, metricEstimates, missingMetrics } from './metric-estimates.js'
import { pairNotes } from './pair-notes.js'
import { pairedComparisons } from './paired-comparison.js'
import { present } from '../present.js'

/** Options of `analyseComparison`. */
export interface AnalysisOptions {
  /** Label or id of the method that the others are compared with; without one, `kd`, else `ce`. */
  readonly baseline?: string
}

/**
 * Statistics of a comparison, pair by pair: mean, standard deviation and 95 % t interval of each method over its seeds;
 * difference to a baseline, paired by seed, with a t-test and Bonferroni's correction over the methods of the pair; effect size;
 * and the number of seeds that would settle an undecided comparison. For the last epoch, for the epoch that was best on validation, and for
 * averaged weights.
 *
 * Failed arms and results that are NaN are left out and named.
 *
 * Throws UMBRA_UNKNOWN_ID if no pair has the requested baseline.
 */
export function analyseComparison(
  record: ComparisonRecord,
  { baseline }: AnalysisOptions = {},
): ComparisonAnalysis {
  checkBaseline(record, baseline)
  return { pairs: record.pairs.map((pair) => analysePair(pair, baseline, record.metrics)) }
}

function checkBaseline({ pairs }: ComparisonRecord, baseline: string | undefined): void {
  if (baseline === undefined || pairs.some((pair) => findBaseline(pair, baseline) !== undefined)) return
  throw new UmbraError('UMBRA_UNKNOWN_ID', {
    subject: `baseline "${baseline}"`,
    expected: 'one of the methods compared',
    remedy: suggestion(
      baseline,
      pairs.flatMap(({ methods }) => methods.map(({ label }) => label)),
    ),
  })
}

function findBaseline({ methods }: PairFigures, name: string | undefined): MethodFigures | undefined {
  const named = (text: string) =>
    methods.find(({ label }) => label === text) ?? methods.find(({ id }) => id === text)
  return name === undefined ? (named('kd') ?? named('ce')) : named(name)
}

function analysePair(
  pair: PairFigures,
  baselineName: string | undefined,
  metrics: readonly Metric[] = [],
): PairAnalysis {
  const baseline = findBaseline(pair, baselineName)
  const final = outcomes(pair, baseline, 'final')
  const best = outcomes(pair, baseline, 'best')
  const average = outcomes(pair, baseline, 'average')
  const methods = pair.methods
    .map((method) =>
      analyseMethod(method, getOrThrow(final, method), getOrThrow(best, method), getOrThrow(average, method)),
    )
    .sort((a, b) => (b.final.top1?.mean ?? -Infinity) - (a.final.top1?.mean ?? -Infinity))
  return {
    id: pair.id,
    ...(baseline === undefined ? {} : { baseline: baseline.label }),
    methods,
    hasAverage: methods.some((method) => method.average.top1 !== undefined),
    hasBest: methods.some((method) => method.best.top1 !== undefined),
    notes: [...pairNotes(methods, baseline?.label), ...missingMetrics(pair, metrics)],
  }
}

const isFinished = (arm: ArmResult): boolean =>
  arm.failed === undefined && Number.isFinite(arm.final?.top1 ?? Number.NaN)

/** The results of each method at one point of training, compared with the baseline if that has a result. */
function outcomes(
  { methods }: PairFigures,
  baseline: MethodFigures | undefined,
  outcome: Outcome,
): ReadonlyMap<MethodFigures, OutcomeAnalysis> {
  const plain = new Map(
    methods.map((method) => [method, plainOutcome(method.arms.filter(isFinished), outcome)]),
  )
  const base = baseline && plain.get(baseline)
  if (baseline === undefined || base === undefined || base.values.length === 0) return plain
  const others = [...plain].filter(([method]) => method !== baseline)
  const comparisons = pairedComparisons(
    { label: baseline.label, values: base.values },
    others.map(([{ label }, { values }]) => ({ label, values })),
  )
  const versus = new Map(others.map(([method], i) => [method, comparisons[i]]))
  return new Map(
    [...plain].map(([method, analysis]) => {
      const comparison = analysis.values.length === 0 ? undefined : versus.get(method)
      return [method, comparison === undefined ? analysis : { ...analysis, versus: comparison }]
    }),
  )
}

function plainOutcome(arms: readonly ArmResult[], outcome: Outcome): OutcomeAnalysis {
  const evaluations = arms.flatMap((arm) => {
    const evaluation = arm[outcome]
    return evaluation !== undefined && Number.isFinite(evaluation.top1)
      ? [{ seed: arm.seed, evaluation }]
      : []
  })
  const of = (key: keyof Evaluation) => estimate(evaluations.map(({ evaluation }) => evaluation[key]))
  return {
    ...present({
      top1: of('top1'),
      top5: of('top5'),
      loss: of('loss'),
      metrics: metricEstimates(arms, outcome),
    }),
    values: evaluations.map(({ seed, evaluation: { top1 } }) => ({ seed, top1 })),
  }
}

function analyseMethod(
  { id, label, arms }: MethodFigures,
  final: OutcomeAnalysis,
  best: OutcomeAnalysis,
  average: OutcomeAnalysis,
): MethodAnalysis {
  const finished = arms.filter(isFinished)
  return {
    id,
    label,
    seeds: finished.map(({ seed }) => seed),
    failed: arms
      .filter((arm) => !isFinished(arm))
      .map(({ seed, failed }) => ({ seed, ...(failed ?? NOT_A_NUMBER) })),
    final,
    best,
    average,
    stopped: finished.flatMap(({ seed, stopped }) => (stopped === undefined ? [] : [{ seed, ...stopped }])),
    ...present({
      ownSeconds: estimate(finished.map(({ ownSeconds, seconds }) => ownSeconds ?? seconds)),
      seconds: estimate(finished.map(({ seconds }) => seconds)),
      imagesPerSecond: estimate(finished.map(({ imagesPerSecond }) => imagesPerSecond)),
    }),
  }
}

const NOT_A_NUMBER = { code: 'UMBRA_DIVERGED', reason: 'there is no result, or it is not a number' }
