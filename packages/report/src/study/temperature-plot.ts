import { cleanText } from '../clean-text.js'
import { type PlotSize, type PlotSpec } from '../plot/responsive-plot.js'
import type { AnalysisRecord, SetName } from './analysis-record.js'
import { seriesScale, shapeScale } from '../plot/series.js'

const PANELS = {
  'derived standard deviation': 'derivedStandardDeviation',
  'derived average': 'derivedAverage',
  'inherent variance': 'inherentVariance',
} as const

/** Distinctness of the wrong classes against temperature, one line per teacher. */
export function temperaturePlot({ teachers }: AnalysisRecord, set: SetName): (size: PlotSize) => PlotSpec {
  const rows = teachers.flatMap(({ label, sets }) =>
    (sets[set]?.curve ?? []).flatMap((at) =>
      Object.entries(PANELS).map(([panel, name]) => ({
        teacher: cleanText(label),
        temperature: at.temperature,
        panel,
        value: at[name],
      })),
    ),
  )
  const labels = teachers.map(({ label }) => cleanText(label))
  const shape = shapeScale(labels)
  return ({ width, narrow }) => ({
    data: { values: rows },
    facet: { field: 'panel', type: 'nominal', sort: Object.keys(PANELS), title: null },
    columns: narrow ? 1 : 3,
    spec: {
      width: narrow ? width - 90 : Math.floor(width / 3) - 90,
      height: 170,
      encoding: {
        x: { field: 'temperature', type: 'quantitative' },
        y: { field: 'value', type: 'quantitative', title: null, axis: { tickCount: 4, format: '.3~g' } },
        color: {
          field: 'teacher',
          type: 'nominal',
          scale: seriesScale(labels),
          title: null,
          legend: { orient: 'top', columns: narrow ? 2 : 6 },
        },
        shape: { field: 'teacher', type: 'nominal', scale: shape, title: null },
      },
      layer: [
        { mark: { type: 'line', strokeWidth: 1.5 } },
        {
          mark: { type: 'point', size: 18 },
          encoding: { description: { field: 'teacher', type: 'nominal' } },
        },
      ],
    },
    resolve: { scale: { y: 'independent' } },
  })
}
