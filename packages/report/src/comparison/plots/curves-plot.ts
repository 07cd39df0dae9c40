import { cleanText } from '../../clean-text.js'
import { colour, seriesColour } from '../../html/colours.js'
import { type PlotSize, type PlotSpec } from '../../plot/responsive-plot.js'
import { type MethodCurve, epochChannel, lastEpoch, methodFacet, smallMultiples } from './small-multiples.js'

const VALIDATION = 'validation'
const TRAIN = 'training'

/** Accuracy over the epochs, one small plot per method, the baseline's validation behind each in grey. */
export function curvesPlot(
  curves: readonly MethodCurve[],
  baseline: string | undefined,
  size: PlotSize,
): PlotSpec {
  const reference = curves.find(({ label }) => label === baseline)
  const grey = `validation of ${cleanText(baseline ?? '')}`
  const channels = channelsOf(
    lastEpoch(curves),
    [VALIDATION, TRAIN, ...(reference === undefined ? [] : [grey])],
    size,
  )
  const { columns, width, height } = smallMultiples(curves.length, size)
  return {
    data: { values: curves.flatMap(rows) },
    facet: methodFacet(curves, width),
    columns,
    spacing: 16,
    spec: {
      width,
      height,
      layer: [
        ...(reference === undefined ? [] : [referenceLayer(reference, grey, channels)]),
        rangeLayer(channels),
        lineLayer(channels),
      ],
    },
  }
}

/** What the layers share: channels, and the look of a line. */
function channelsOf(last: number, series: readonly string[], { narrow }: PlotSize) {
  const legend = { orient: 'top', direction: 'horizontal', symbolType: 'stroke', columns: narrow ? 2 : 3 }
  return {
    x: epochChannel(last, narrow),
    y: {
      field: 'value',
      type: 'quantitative',
      title: 'Top-1, %',
      scale: { zero: false },
      axis: { tickCount: narrow ? 3 : 4 },
    },
    color: {
      field: 'series',
      type: 'nominal',
      title: null,
      scale: { domain: series, range: [seriesColour(0), seriesColour(1), colour('faint')] },
      legend,
    },
    strokeDash: {
      field: 'series',
      type: 'nominal',
      scale: { domain: series, range: DASHES },
      title: null,
      legend,
    },
    line: { type: 'line', strokeWidth: 2, point: last <= 1 ? { filled: true } : false, clip: true },
  }
}

const DASHES = [
  [1, 0],
  [5, 3],
  [1, 0],
]

type Channels = ReturnType<typeof channelsOf>

const referenceLayer = (
  reference: MethodCurve,
  grey: string,
  { x, y, color, strokeDash, line }: Channels,
) => ({
  data: {
    values: rows(reference)
      .filter((row) => row.series === VALIDATION)
      .map((row) => ({ ...row, series: grey })),
  },
  mark: { ...line, strokeWidth: 2.5 },
  encoding: { x, y, color, strokeDash },
})

/** The band between the least and the greatest seed. */
const rangeLayer = ({ x, y }: Channels) => ({
  transform: [{ filter: { field: 'low', valid: true } }],
  mark: { type: 'area', opacity: 0.18, color: seriesColour(0), clip: true },
  encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' } },
})

const lineLayer = ({ x, y, color, strokeDash, line }: Channels) => ({
  mark: line,
  encoding: { x, y, color, strokeDash, description: { field: 'says', type: 'nominal' } },
})

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
