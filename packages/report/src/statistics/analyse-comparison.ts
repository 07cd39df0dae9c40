import type { ArmResult, ComparisonRecord, MethodFigures, PairFigures } from '@umbra/core/trainer'
import { type Evaluation, UmbraError, suggestion } from '@umbra/core'
import type {
  ComparisonAnalysis,
  MethodAnalysis,
  Outcome,
  OutcomeAnalysis,
  PairAnalysis,
} from './analysis.js'
import { estimate } from './estimate.js'
import { pairNotes } from './notes.js'
import { pairedComparisons } from './paired-comparison.js'

export interface AnalysisOptions {
  /** Label or id of the method that the others are compared with; without one, `kd`, else `ce`. */
  readonly baseline?: string
}

/**
 * Statistics of a comparison, pair by pair: mean, standard deviation and 95 % t interval of each method over its seeds;
 * difference to a baseline, paired by seed, with a t-test and Holm's correction over the methods of the pair; effect size;
 * and the seeds that would settle what is open. For the last epoch, for the epoch that was best on validation, and for averaged weights.
 *
 * Arms that failed, and results that are not numbers, are left out and named.
 *
 * Throws UMBRA_UNKNOWN_ID when no pair has the baseline asked for.
 */
export function analyseComparison(
  record: ComparisonRecord,
  { baseline }: AnalysisOptions = {},
): ComparisonAnalysis {
  checkBaseline(record, baseline)
  return { pairs: record.pairs.map((pair) => analysePair(pair, baseline)) }
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

function findBaseline({ methods }: PairFigures, wanted: string | undefined): MethodFigures | undefined {
  const named = (name: string) =>
    methods.find(({ label }) => label === name) ?? methods.find(({ id }) => id === name)
  return wanted === undefined ? (named('kd') ?? named('ce')) : named(wanted)
}

function analysePair(pair: PairFigures, wanted: string | undefined): PairAnalysis {
  const baseline = findBaseline(pair, wanted)
  const final = outcomes(pair, baseline, 'final')
  const best = outcomes(pair, baseline, 'best')
  const average = outcomes(pair, baseline, 'average')
  const methods = pair.methods
    .map((method, i) => analyseMethod(method, final[i]!, best[i]!, average[i]!))
    .sort((a, b) => (b.final.top1?.mean ?? -Infinity) - (a.final.top1?.mean ?? -Infinity))
  return {
    id: pair.id,
    ...(baseline === undefined ? {} : { baseline: baseline.label }),
    methods,
    hasAverage: methods.some((method) => method.average.top1 !== undefined),
    hasBest: methods.some((method) => method.best.top1 !== undefined),
    notes: pairNotes(methods, baseline?.label),
  }
}

const isFinished = (arm: ArmResult): boolean =>
  arm.failed === undefined && Number.isFinite(arm.final?.top1 ?? Number.NaN)

function outcomes(
  { methods }: PairFigures,
  baseline: MethodFigures | undefined,
  outcome: Outcome,
): readonly OutcomeAnalysis[] {
  const plain = methods.map(({ arms }) => plainOutcome(arms.filter(isFinished), outcome))
  const index = baseline === undefined ? -1 : methods.indexOf(baseline)
  if (index < 0 || plain[index]!.values.length === 0) return plain
  const contenders = methods.map(({ label }, i) => ({ label, values: plain[i]!.values }))
  const others = contenders.filter((_, i) => i !== index)
  const compared = pairedComparisons(contenders[index]!, others)
  return plain.map((own, i) =>
    i === index || own.values.length === 0 ? own : { ...own, versus: compared[i < index ? i : i - 1]! },
  )
}

function plainOutcome(arms: readonly ArmResult[], outcome: Outcome): OutcomeAnalysis {
  const read = arms.flatMap(({ seed, [outcome]: evaluation }) =>
    evaluation !== undefined && Number.isFinite(evaluation.top1) ? [{ seed, evaluation }] : [],
  )
  const of = (key: keyof Evaluation) => estimate(read.map(({ evaluation }) => evaluation[key]))
  return {
    ...present({ top1: of('top1'), top5: of('top5'), loss: of('loss') }),
    values: read.map(({ seed, evaluation: { top1 } }) => ({ seed, top1 })),
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

function present<T extends Record<string, unknown>>(values: T) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}
