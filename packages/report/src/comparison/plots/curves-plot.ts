import { cleanText } from '../../clean-text.js'
import { colour, seriesColour } from '../../html/colours.js'
import { type PlotSize, type PlotSpec, plotSpec } from '../../plot/responsive-plot.js'
import type { MeanEpoch } from '../mean-history.js'
import { cutLabel } from '../../plot/label-room.js'
import { epochAxis, smallMultiples } from './small-multiples.js'

export interface MethodCurve {
  readonly label: string
  readonly epochs: readonly MeanEpoch[]
}

const VALIDATION = 'validation'
const TRAIN = 'training'

/** Accuracy over the epochs, one small drawing a method, the baseline's validation behind each in grey. */
export function curvesPlot(
  curves: readonly MethodCurve[],
  baseline: string | undefined,
  size: PlotSize,
): PlotSpec {
  const last = Math.max(1, ...curves.flatMap(({ epochs }) => epochs.map(({ epoch }) => epoch)))
  const reference = curves.find(({ label }) => label === baseline)
  const grey = `validation of ${cleanText(baseline ?? '')}`
  const series = [VALIDATION, TRAIN, ...(reference === undefined ? [] : [grey])]
  const color = {
    field: 'series',
    type: 'nominal',
    title: null,
    scale: { domain: series, range: [seriesColour(0), seriesColour(1), colour('faint')] },
    legend: { orient: 'top', direction: 'horizontal', symbolType: 'stroke', columns: size.narrow ? 2 : 3 },
  }
  const dash = {
    field: 'series',
    type: 'nominal',
    scale: {
      domain: series,
      range: [
        [1, 0],
        [5, 3],
        [1, 0],
      ],
    },
    title: null,
    legend: color.legend,
  }
  const x = {
    field: 'epoch',
    type: 'quantitative',
    scale: { domain: last <= 1 ? [0, 2] : [1, last], nice: false },
    axis: epochAxis(last, size.narrow),
  }
  const y = {
    field: 'value',
    type: 'quantitative',
    title: 'Top-1, %',
    scale: { zero: false },
    axis: { tickCount: size.narrow ? 3 : 4 },
  }
  const line = { type: 'line', strokeWidth: 2, point: last <= 1 ? { filled: true } : false, clip: true }
  const { columns, width, height } = smallMultiples(curves.length, size)
  const background =
    reference === undefined
      ? []
      : [
          {
            data: {
              values: rows(reference)
                .filter((row) => row.series === VALIDATION)
                .map((row) => ({ ...row, series: grey })),
            },
            mark: { ...line, strokeWidth: 2.5 },
            encoding: { x, y, color, strokeDash: dash },
          },
        ]
  return plotSpec({
    data: { values: curves.flatMap(rows) },
    facet: {
      field: 'method',
      type: 'nominal',
      sort: curves.map(({ label }) => cleanText(label)),
      title: null,
      header: { labelExpr: cutLabel(width * 0.85) },
    },
    columns,
    spacing: 16,
    spec: {
      width,
      height,
      layer: [
        ...background,
        {
          transform: [{ filter: { field: 'low', valid: true } }],
          mark: { type: 'area', opacity: 0.18, color: seriesColour(0), clip: true },
          encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' } },
        },
        {
          mark: line,
          encoding: { x, y, color, strokeDash: dash, description: { field: 'says', type: 'nominal' } },
        },
      ],
    },
  })
}

function rows({ label, epochs }: MethodCurve) {
  const method = cleanText(label)
  return epochs.flatMap(({ epoch, trainAccuracy, validation, validationRange }) => [
    ...(validation === undefined
      ? []
      : [
          {
            method,
            epoch,
            series: VALIDATION,
            value: validation * 100,
            says: `${method}: validation`,
            ...(validationRange === undefined
              ? {}
              : { low: validationRange[0] * 100, high: validationRange[1] * 100 }),
          },
        ]),
    ...(trainAccuracy === undefined
      ? []
      : [{ method, epoch, series: TRAIN, value: trainAccuracy * 100, says: `${method}: training` }]),
  ])
}
