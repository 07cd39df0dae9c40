import { cleanText } from '../clean-text.js'
import { type PlotSize, type PlotSpec } from '../plot/responsive-plot.js'
import { facetGrid } from '../plot/facet-grid.js'
import { familyOf } from './family.js'
import { MEASURES, MEASURE_NAMES } from './figures.js'
import type { AnalysisRecord } from './analysis-record.js'
import { setsIn } from './analysis-table.js'
import { seriesScale } from '../plot/series.js'
import { sizeAxis } from './size-axis.js'

/** Every measure at temperature 1 against the number of parameters, one line per family and set. */
export function capacityPlot(record: AnalysisRecord): (size: PlotSize) => PlotSpec {
  const sets = setsIn(record)
  const rows = record.teachers.flatMap(({ label, model, parameters, sets: measured }) =>
    sets.flatMap((set) => {
      const on = measured[set]
      if (on === undefined) return []
      const values = { accuracy: on.accuracy, 'calibration error': on.ece }
      const named = MEASURE_NAMES.map((name) => [MEASURES[name], on.headline[name]] as const)
      return [...Object.entries(values), ...named].map(([measure, value]) => ({
        teacher: cleanText(label),
        series: `${familyOf(model)}, ${set}`,
        parameters,
        measure,
        value,
      }))
    }),
  )
  const measures = [...new Set(rows.map(({ measure }) => measure))]
  const series = [...new Set(rows.map((row) => row.series))]
  return ({ width, narrow }) => {
    const { columns, axis } = facetGrid(measures.length, narrow ? 1 : 3)
    return {
      data: { values: rows },
      facet: { field: 'measure', type: 'nominal', sort: measures, title: null },
      columns,
      spec: {
        width: narrow ? width - 90 : Math.floor(width / 3) - 90,
        height: 130,
        encoding: {
          x: {
            field: 'parameters',
            type: 'quantitative',
            scale: { type: 'log', nice: false, padding: 12 },
            axis: sizeAxis(record.teachers),
          },
          y: {
            field: 'value',
            type: 'quantitative',
            scale: { zero: false },
            title: null,
            axis: { tickCount: 4, format: '.3~g' },
          },
          color: {
            field: 'series',
            type: 'nominal',
            scale: seriesScale(series),
            title: null,
            legend: { orient: 'top', columns: narrow ? 1 : 4 },
          },
        },
        layer: [
          { mark: { type: 'line', strokeWidth: 1.5 } },
          {
            mark: { type: 'point', filled: true, size: 45 },
            encoding: { description: { field: 'teacher', type: 'nominal' } },
          },
        ],
      },
      resolve: { scale: { y: 'independent' }, axis },
    }
  }
}
