import type { MethodFigures, PairFigures, TeacherFigures } from '@umbra/core/trainer'
import type { ReportTable } from '../document/document.js'
import { duration, parameters } from '../format.js'
import { PUBLISHED_SOURCES, type PublishedPair } from '../published/published-results.js'
import type { Metric } from '../statistics/metric-estimates.js'
import type { MethodAnalysis, Outcome, PairAnalysis } from '../statistics/analysis.js'
import { columnMetrics, figureText, metricTitle } from './metric-tables.js'
import { measureTitle } from './measures.js'
import type { MethodCurve } from './plots/small-multiples.js'
import { percent } from '../points.js'
import { estimateText, optionsText, pointsText, probability, seedsText, significant } from '../texts.js'

const text = (title: string, wrap = false) => ({ title, wrap })
const number = (title: string) => ({ title, numeric: true })

const fixed = (value: number): string => value.toFixed(2).replace('-', '−')

/** A method without a result has failed, or was not trained yet. */
const noResult = ({ failed }: MethodAnalysis): string => (failed.length > 0 ? 'failed' : '–')

/** Means of every method, best first. */
export function resultsTable(analysis: PairAnalysis, metrics: readonly Metric[] = []): ReportTable {
  const { methods, baseline, hasBest, hasAverage } = analysis
  const further = columnMetrics(analysis, metrics)
  const complete = methods.findIndex(({ failed, final }) => failed.length === 0 && final.top1 !== undefined)
  return {
    caption:
      'Test set: mean ± standard deviation over seeds, percent.' +
      (baseline === undefined
        ? ''
        : ` Difference to ${baseline} in points; its intervals hold 95 % together (Bonferroni).`),
    columns: [
      text('Method'),
      number('Seeds'),
      number('Top-1, last epoch'),
      ...(baseline === undefined ? [] : [number(`Against ${baseline}`)]),
      ...(hasBest ? [number('Top-1, best on validation')] : []),
      ...(hasAverage ? [number('Top-1, averaged weights')] : []),
      number('Top-5'),
      number('Loss, nats'),
      ...further.map((metric) => number(metricTitle(metric))),
    ],
    rows: methods.map((method) => {
      const { label, final, best, average } = method
      const versus = label === baseline ? 'baseline' : final.versus?.difference
      return [
        label,
        seedsText(method),
        final.top1 === undefined ? noResult(method) : estimateText(final.top1),
        ...(baseline === undefined
          ? []
          : [typeof versus === 'string' ? versus : versus === undefined ? '–' : pointsText(versus)]),
        ...(hasBest ? [estimateText(best.top1)] : []),
        ...(hasAverage ? [estimateText(average.top1)] : []),
        final.top5 === undefined ? '–' : percent(final.top5.mean),
        final.loss === undefined ? '–' : final.loss.mean.toFixed(3),
        ...further.map((metric) => figureText(metric, final.metrics?.[metric.id]?.single)),
      ]
    }),
    strong: complete < 0 ? [] : [complete],
  }
}

const WHEN: Readonly<Record<Outcome, string>> = {
  final: 'after the last epoch',
  best: 'at the epoch best on validation',
  average: 'with averaged weights',
}

/** Tests against the baseline, one row per method. Undefined where nothing was compared. */
export function testsTable({ methods, baseline }: PairAnalysis, outcome: Outcome): ReportTable | undefined {
  const compared = methods.flatMap(({ label, [outcome]: { versus } }) =>
    versus === undefined ? [] : [{ label, versus }],
  )
  if (compared.length === 0 || baseline === undefined) return undefined
  const ranked = compared.some(({ versus }) => versus.signedRank !== undefined)
  return {
    caption: `Paired tests against ${baseline}, top-1 ${WHEN[outcome]}. Two-sided. p, corrected: Bonferroni over the methods of this table, as in the intervals.`,
    columns: [
      text('Method'),
      number('Pairs'),
      number('Difference, points'),
      number('Std. dev.'),
      number('t'),
      number('p'),
      number('p, corrected'),
      ...(ranked ? [number('p, signed rank')] : []),
      number('d_z'),
      number("Hedges' g"),
      text('Verdict'),
      number('Seeds to settle'),
    ],
    rows: compared.map(({ label, versus }) => {
      const { difference, test, effect, signedRank } = versus
      return [
        label,
        String(versus.seeds.length),
        difference === undefined ? '–' : pointsText(difference),
        difference?.deviation === undefined ? '–' : percent(difference.deviation),
        test === undefined ? '–' : fixed(test.statistic),
        probability(test?.p),
        probability(test?.adjusted),
        ...(ranked ? [probability(signedRank?.p)] : []),
        effect === undefined ? '–' : fixed(effect.dz),
        effect?.g === undefined ? '–' : fixed(effect.g),
        versus.verdict,
        versus.seedsNeeded === undefined ? '–' : String(versus.seedsNeeded),
      ]
    }),
  }
}

export const costTable = ({ methods }: PairAnalysis): ReportTable => ({
  caption:
    'Cost of training, means over seeds. Own time excludes the teacher passes, which all methods share.',
  columns: [
    text('Method'),
    number('Top-1, %'),
    number('Own time'),
    number('Time of the cohort'),
    number('Images/s'),
  ],
  rows: methods.map(({ label, final, ownSeconds, seconds, imagesPerSecond }) => [
    label,
    final.top1 === undefined ? '–' : percent(final.top1.mean),
    ownSeconds === undefined ? '–' : duration(ownSeconds.mean),
    seconds === undefined ? '–' : duration(seconds.mean),
    imagesPerSecond === undefined ? '–' : imagesPerSecond.mean.toFixed(0),
  ]),
})

/** The last point of every curve. */
export const curvesTable = (curves: readonly MethodCurve[]): ReportTable => ({
  caption: 'The last epoch of training, means over seeds.',
  columns: [
    text('Method'),
    number('Epoch'),
    number('Training top-1, %'),
    number('Validation top-1, %'),
    number('Training loss'),
  ],
  rows: curves.map(({ label, epochs }) => {
    const end = epochs.at(-1)
    return [
      label,
      end === undefined ? '–' : String(end.epoch),
      end?.trainAccuracy === undefined ? '–' : percent(end.trainAccuracy),
      end?.validation === undefined ? '–' : percent(end.validation),
      end?.trainLoss === undefined ? '–' : significant(end.trainLoss),
    ]
  }),
})

/** Share of each term at the first and the last epoch. */
export const lossTable = (curves: readonly MethodCurve[]): ReportTable => ({
  caption: 'Weight times term in nats and as a share of their sum, first and last epoch, means over seeds.',
  columns: [
    text('Method'),
    text('Term'),
    number('First epoch'),
    number('Share'),
    number('Last epoch'),
    number('Share'),
  ],
  rows: curves.flatMap(({ label, epochs }) => {
    const first = epochs[0]?.parts ?? {}
    const end = epochs.at(-1)?.parts ?? {}
    return Object.keys(end).map((term) => [
      label,
      term,
      ...[first, end].flatMap((parts) => {
        const value = parts[term]
        const sum = Object.values(parts).reduce((total, each) => total + each, 0)
        return value === undefined
          ? ['–', '–']
          : [significant(value), sum > 0 ? `${percent(value / sum)} %` : '–']
      }),
    ])
  }),
})

export function teachersTable(teachers: readonly TeacherFigures[]): ReportTable {
  const names = [...new Set(teachers.flatMap(({ measures = {} }) => Object.keys(measures)))]
  return {
    caption: 'The teachers, and what their probabilities say beyond the class.',
    columns: [
      text('Teacher'),
      number('Parameters'),
      number('Top-1, %'),
      number('Top-5, %'),
      number('Loss, nats'),
      ...names.map((name) => number(measureTitle(name))),
    ],
    rows: teachers.map(({ label, parameters: size, evaluation, measures = {} }) => [
      label,
      parameters(size),
      percent(evaluation.top1),
      percent(evaluation.top5),
      evaluation.loss.toFixed(3),
      ...names.map((name) => (measures[name] === undefined ? '–' : significant(measures[name]))),
    ]),
  }
}

/** Undefined where none of the methods was published. */
export function publishedTable(pair: PublishedPair, { methods }: PairAnalysis): ReportTable | undefined {
  const rows = methods.flatMap(({ id, label, final }) => {
    const result =
      id === 'ce'
        ? { top1: pair.studentTop1, source: 'rep' as const }
        : pair.results.find(({ method }) => method === id)
    if (result === undefined) return []
    const { title, selection } = PUBLISHED_SOURCES[result.source]
    const ours = final.top1
    return [
      [
        label,
        result.top1.toFixed(2),
        estimateText(ours),
        ours === undefined ? '–' : pointsText({ mean: ours.mean - result.top1 / 100, count: 1 }),
        `${title}; ${selection}`,
      ],
    ]
  })
  if (rows.length === 0) return undefined
  return {
    caption: `Published and ours, top-1 in percent. Published for the teacher alone: ${pair.teacherTop1.toFixed(2)}.`,
    columns: [
      text('Method'),
      number('Published'),
      number('Ours, last epoch'),
      number('Difference'),
      text('Source', true),
    ],
    rows,
  }
}

export const optionsTable = ({ methods }: PairFigures): ReportTable => ({
  caption: 'Options of every method.',
  columns: [text('Method'), text('Definition'), text('Options', true), text('Chosen by')],
  rows: methods.map(({ id, label, title, options, search }) => [
    label,
    title === undefined ? id : `${title} (${id})`,
    optionsText(options),
    search === undefined ? 'configuration' : `${search.strategy} search, ${search.trials.length} trials`,
  ]),
})

/** Trials of a search, best first. */
export const searchTable = ({ label, search }: MethodFigures): ReportTable | undefined =>
  search === undefined
    ? undefined
    : {
        caption: `Search for ${label}: top-1 on images held out from training, percent.`,
        columns: [text('Options', true), number('Epochs'), number('Validation top-1')],
        rows: search.trials.map(({ options, epochs, validation }) => [
          optionsText(options),
          String(epochs),
          Number.isFinite(validation) ? percent(validation) : 'failed',
        ]),
        strong: [0],
      }
