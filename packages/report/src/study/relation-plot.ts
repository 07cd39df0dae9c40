import { colour } from '../html/colours.js'
import { cleanText } from '../clean-text.js'
import { facetGrid } from '../plot/facet-grid.js'
import { type PlotSize, type PlotSpec } from '../plot/responsive-plot.js'
import type { AnalysisRecord, SetName } from './analysis-record.js'

/** With more classes the cells are too small to see and the page is too large. */
const MOST_CLASSES_DRAWN = 30

/** Class-relation matrices, one heat map per teacher. Undefined where there are too many classes to draw. */
export function relationPlot(
  record: AnalysisRecord,
  set: SetName,
): ((size: PlotSize) => PlotSpec) | undefined {
  const { classes } = record.dataset
  if (classes.length > MOST_CLASSES_DRAWN) return undefined
  // Two classes may share a name: the second gets its number.
  const names = classes.map((name, c) => (classes.indexOf(name) === c ? name : `${name} (${c})`))
  const rows = record.teachers.flatMap(({ label, sets }) =>
    (sets[set]?.relations ?? []).flatMap((row, c) => {
      const of = names[c]
      return row.flatMap((value, k) => {
        const like = names[k]
        return c === k
          ? []
          : [{ teacher: cleanText(label), of, like, value, tip: `${of} like ${like}: ${value.toFixed(3)}` }]
      })
    }),
  )
  const labels = record.teachers.map(({ label }) => cleanText(label))
  return ({ width, narrow }) => {
    const { columns, axis } = facetGrid(labels.length, narrow ? 1 : 3)
    const side = narrow ? width - 100 : Math.min(230, Math.floor(width / columns) - 110)
    return {
      data: { values: rows },
      facet: { field: 'teacher', type: 'nominal', sort: labels, title: null },
      columns,
      spec: {
        width: side,
        height: side,
        mark: { type: 'rect' },
        encoding: {
          x: {
            field: 'like',
            type: 'nominal',
            sort: names,
            title: 'probability among wrong classes',
            axis: { labelAngle: -60 },
          },
          y: { field: 'of', type: 'nominal', sort: names, title: 'true class' },
          // Page colours cannot be mixed outside a browser: one colour of varying opacity.
          color: { value: colour('series-0') },
          opacity: {
            field: 'value',
            type: 'quantitative',
            title: null,
            scale: { domainMin: 0, range: [0.03, 1] },
            legend: { format: '.2~f' },
          },
          description: { field: 'tip', type: 'nominal' },
        },
      },
      resolve: { axis },
    }
  }
}
