import { cleanText } from '../../clean-text.js'
import { colour } from '../../html/colours.js'
import { seriesScale } from '../../plot/series.js'
import { type PlotSize, type PlotSpec } from '../../plot/responsive-plot.js'
import { type MethodCurve, epochChannel, lastEpoch, methodFacet, smallMultiples } from './small-multiples.js'

/** Room for the numbers of an axis, pixels. */
const AXIS = 38

/** Training loss over the epochs, stacked from its terms, one small plot per method, each with its own scale. */
export function lossPlot(curves: readonly MethodCurve[], size: PlotSize): PlotSpec {
  const terms = termNames(curves)
  const last = lastEpoch(curves)
  const x = epochChannel(last, size.narrow)
  // A tick at the top of each scale lines the titles up.
  const y = { scale: { nice: 4 }, field: 'value', type: 'quantitative', title: null, axis: { tickCount: 4 } }
  const { columns, width, height } = smallMultiples(curves.length, size, AXIS)
  return {
    data: { values: curves.flatMap((curve) => rows(curve, terms)) },
    facet: methodFacet(curves, width),
    columns,
    // The numbers of the axes differ in width; the plots keep one grid.
    bounds: 'flush',
    spacing: { column: AXIS, row: 44 },
    resolve: { scale: { y: 'independent' } },
    spec: {
      width,
      height,
      layer: [
        {
          transform: [{ filter: { field: 'order', valid: true } }],
          mark: last <= 1 ? { type: 'bar', size: 24 } : { type: 'area', line: false },
          encoding: {
            x,
            y: { ...y, stack: 'zero' },
            color: {
              field: 'term',
              type: 'nominal',
              title: null,
              sort: terms,
              scale: seriesScale(terms),
              legend: {
                orient: 'top',
                direction: 'horizontal',
                symbolType: 'square',
                rowPadding: 6,
                columns: size.narrow ? 3 : 8,
              },
            },
            order: { field: 'order', type: 'quantitative' },
            description: { field: 'says', type: 'nominal' },
          },
        },
        {
          transform: [{ filter: { field: 'total', valid: true } }],
          mark: { type: 'line', color: colour('ink'), strokeWidth: 1.5, strokeDash: [3, 2] },
          encoding: { x, y: { ...y, field: 'total' } },
        },
      ],
    },
  }
}

/** Terms of all methods, in order of first appearance. */
const termNames = (curves: readonly MethodCurve[]): string[] => [
  ...new Set(
    curves.flatMap(({ epochs }) => epochs.flatMap(({ parts }) => Object.keys(parts ?? {}).map(cleanText))),
  ),
]

const rows = ({ label, epochs }: MethodCurve, terms: readonly string[]) =>
  epochs.flatMap(({ epoch, trainLoss, parts = {} }) => [
    ...Object.entries(parts).map(([term, value]) => ({
      method: cleanText(label),
      epoch,
      term: cleanText(term),
      order: terms.indexOf(cleanText(term)),
      value,
      says: `${cleanText(label)}: ${cleanText(term)}`,
    })),
    ...(trainLoss === undefined ? [] : [{ method: cleanText(label), epoch, total: trainLoss }]),
  ])
