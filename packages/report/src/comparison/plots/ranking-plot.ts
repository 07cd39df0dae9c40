import { cleanText } from '../../clean-text.js'
import { colour } from '../../html/colours.js'
import { type PlotSize, type PlotSpec } from '../../plot/responsive-plot.js'
import { cutLabel, labelRoom } from '../../plot/label-room.js'
import type { MethodAnalysis, PairAnalysis } from '../../statistics/analysis.js'
import { estimateText, pointsText } from '../../texts.js'

const ROW = 30

/** Top-1 of every method with its seeds and interval; next to it the difference to the baseline. */
export function rankingPlot({ methods, baseline }: PairAnalysis, { width, narrow }: PlotSize): PlotSpec {
  const shown = methods.filter(({ final }) => final.top1 !== undefined)
  const labels = shown.map(({ label }) => cleanText(label))
  const most = narrow ? 110 : 170
  const room = labelRoom(labels, most)
  const panels = baseline === undefined ? 1 : 2
  const inner = narrow ? width - room - 14 : (width - room - 14 - (panels - 1) * 30) / panels
  const height = Math.max(2, shown.length) * ROW
  const y = (axis: boolean) => ({
    field: 'label',
    type: 'nominal',
    sort: labels,
    // The baseline keeps its empty row in the second panel.
    scale: { domain: labels },
    title: null,
    axis: axis
      ? { labelExpr: cutLabel(most - 12), labelColor: colour('ink'), minExtent: room, grid: true }
      : GRID_ONLY,
  })
  const accuracy = {
    title: 'Top-1, %',
    width: inner,
    height,
    data: { values: shown.flatMap(accuracyRows) },
    encoding: { y: y(true) },
    layer: [
      interval(colour('ink')),
      // Below the bar, which would cover them.
      mark('seed', {
        type: 'point',
        filled: true,
        size: 30,
        opacity: 0.8,
        color: colour('muted'),
        yOffset: 9,
      }),
      mark('mean', { type: 'point', filled: true, size: 90, opacity: 1, color: colour('ink') }),
    ],
  }
  const difference = {
    title: `Difference to ${cleanText(baseline ?? '')}, points`,
    width: inner,
    height,
    data: { values: shown.flatMap(differenceRows) },
    encoding: { y: y(narrow) },
    layer: [
      {
        data: { values: [{ value: 0 }] },
        mark: { type: 'rule', color: colour('muted'), strokeWidth: 1.5 },
        encoding: { x: X, y: null },
      },
      interval({ field: 'verdict', type: 'nominal', scale: VERDICT_COLOURS, legend: null }),
      {
        ...mark('mean', { type: 'point', filled: true, size: 90, opacity: 1 }),
        encoding: {
          x: X,
          description: DESCRIPTION,
          color: { field: 'verdict', type: 'nominal', scale: VERDICT_COLOURS, legend: null },
          shape: { field: 'verdict', type: 'nominal', scale: VERDICT_SHAPES, legend: null },
        },
      },
    ],
  }
  const all = panels === 1 ? [accuracy] : [accuracy, difference]
  return { ...(narrow ? { vconcat: all } : { hconcat: all }), spacing: narrow ? 24 : 30 }
}

const GRID_ONLY = { labels: false, ticks: false, domain: false, grid: true }
const X = {
  field: 'value',
  type: 'quantitative',
  title: null,
  scale: { zero: false, padding: 10, nice: false },
}
const DESCRIPTION = { field: 'says', type: 'nominal' }
const VERDICTS = ['better', 'worse', 'undecided', 'untested']
const VERDICT_COLOURS = {
  domain: VERDICTS,
  range: [colour('good'), colour('bad'), colour('muted'), colour('muted')],
}
const VERDICT_SHAPES = { domain: VERDICTS, range: ['triangle-right', 'triangle-left', 'circle', 'circle'] }

const mark = (kind: string, look: object) => ({
  transform: [{ filter: { field: 'kind', equal: kind } }],
  mark: look,
  encoding: { x: X, description: DESCRIPTION },
})

const interval = (color: string | object) => ({
  transform: [
    {
      filter: {
        and: [
          { field: 'kind', equal: 'mean' },
          { field: 'low', valid: true },
        ],
      },
    },
  ],
  mark: { type: 'rule', strokeWidth: 2.5, ...(typeof color === 'string' ? { color } : {}) },
  encoding: {
    x: { ...X, field: 'low' },
    x2: { field: 'high' },
    description: DESCRIPTION,
    ...(typeof color === 'string' ? {} : { color }),
  },
})

function accuracyRows({ label, final: { top1, values } }: MethodAnalysis) {
  if (top1 === undefined) return []
  const name = cleanText(label)
  const says = `${name}: ${estimateText(top1)} %`
  return [
    ...values.map((each) => ({
      kind: 'seed',
      label: name,
      value: each.top1 * 100,
      says: `${name}, seed ${each.seed}: ${(each.top1 * 100).toFixed(2)} %`,
    })),
    { kind: 'mean', label: name, value: top1.mean * 100, ...ends(top1.interval), says },
  ]
}

function differenceRows({ label, final: { versus } }: MethodAnalysis) {
  if (versus?.difference === undefined) return []
  const { difference, verdict } = versus
  const says = `${cleanText(label)}: ${pointsText(difference)} points`
  const row = { kind: 'mean', label: cleanText(label), verdict, says }
  return [{ ...row, value: difference.mean * 100, ...ends(difference.interval) }]
}

const ends = (interval: readonly [number, number] | undefined) =>
  interval === undefined ? {} : { low: interval[0] * 100, high: interval[1] * 100 }
