import type { ComparisonRecord } from '@umbra/core/trainer'
import { plainText } from '../plain-text.js'
import type { ComparisonAnalysis, PairAnalysis } from '../statistics/analysis.js'
import { terminalRows } from '../terminal-rows.js'
import { duration } from '../format.js'
import { columnMetrics, figureText, metricTitle } from './metric-tables.js'
import { findings } from './pair-section.js'
import { pairTitle } from './pair-title.js'
import { estimateText, pointsText, probability, seedsText } from '../texts.js'

const NAME = 32
const LINE = 300

/** A comparison for a terminal: a table and the findings of each pair. Control characters are removed from names. */
export function terminalReport({ pairs }: ComparisonAnalysis, record: ComparisonRecord): string {
  return record.pairs
    .flatMap(({ teachers, student }, i) => {
      // An analysis has the pairs of its record, in the same order.
      const pair = pairs[i]!
      const { baseline } = pair
      const metrics = columnMetrics(pair, record.metrics ?? [])
      const head = [
        'method',
        'seeds',
        'top-1 %',
        ...(baseline === undefined ? [] : [`vs ${baseline}`, 'p']),
        ...(pair.hasBest ? ['best on val.'] : []),
        ...(pair.hasAverage ? ['average'] : []),
        ...metrics.map(metricTitle),
        'own time',
      ]
      const rows = pair.methods.map(({ label, seeds, failed, final, best, average, ownSeconds }) => [
        label,
        seedsText({ seeds, failed }),
        final.top1 === undefined && failed.length > 0 ? 'failed' : estimateText(final.top1),
        ...(baseline === undefined
          ? []
          : [
              label === baseline
                ? 'baseline'
                : final.versus?.difference === undefined
                  ? '–'
                  : pointsText(final.versus.difference),
              probability(final.versus?.test?.adjusted),
            ]),
        ...(pair.hasBest ? [estimateText(best.top1)] : []),
        ...(pair.hasAverage ? [estimateText(average.top1)] : []),
        ...metrics.map((metric) => figureText(metric, final.metrics?.[metric.id]?.single)),
        ownSeconds === undefined ? '–' : duration(ownSeconds.mean),
      ])
      return [
        plainText(pairTitle({ teachers, student }), 100),
        '',
        terminalRows(
          head.map((text) => plainText(text, NAME)),
          rows.map((cells) => cells.map((text) => plainText(text, NAME))),
        ),
        ...howCorrected(pair),
        '',
        ...findings(pair).map(({ text }) => plainText(text, LINE)),
        ...pair.notes.map((note) => plainText(note, LINE)),
        '',
      ]
    })
    .join('\n')
    .trimEnd()
}

/** What the intervals and p values of the table are. */
function howCorrected({ methods }: PairAnalysis): string[] {
  const comparisons = methods.find(({ final }) => final.versus?.test !== undefined)?.final.versus?.test
    ?.comparisons
  if (comparisons === undefined) return []
  return [
    '',
    comparisons === 1
      ? '±: standard deviation over seeds. [ ]: 95 % interval of the difference in points; it holds 0 where p is 0.05 or more.'
      : `±: standard deviation over seeds. [ ]: intervals of the differences in points; those of all ${comparisons} methods hold 95 % together. p: corrected for ${comparisons} methods in the same way (Bonferroni).`,
  ]
}
