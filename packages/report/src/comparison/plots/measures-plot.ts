import type { TeacherFigures } from '@umbra/core/trainer'
import { cleanText } from '../../clean-text.js'
import { colour, seriesColour } from '../../html/colours.js'
import { type PlotSize, type PlotSpec } from '../../plot/responsive-plot.js'
import { cutLabel, labelRoom } from '../../plot/label-room.js'
import { measureTitle } from '../measures.js'
import { significant } from '../../texts.js'

/** Each measure of the teachers, one small plot per measure with its own scale. */
export function measuresPlot(teachers: readonly TeacherFigures[], { width, narrow }: PlotSize): PlotSpec {
  const names = [...new Set(teachers.flatMap(({ measures = {} }) => Object.keys(measures)))]
  const labels = teachers.map(({ label }) => cleanText(label))
  const most = narrow ? 100 : 150
  const room = labelRoom(labels, most)
  const columns = narrow ? 1 : Math.min(3, names.length)
  // Every plot has its own labels of the teachers: those of a wrapped row are not shared.
  const inner = Math.floor((width - (columns - 1) * 24) / columns - room - 20)
  const one = (name: string) => ({
    title: { text: cleanText(measureTitle(name)), limit: inner + room },
    width: inner,
    height: Math.max(2, teachers.length) * 26,
    data: {
      values: teachers.flatMap(({ label, measures = {} }) => {
        const value = measures[name]
        return value === undefined || !Number.isFinite(value)
          ? []
          : [{ label: cleanText(label), value, says: `${cleanText(label)}: ${significant(value)}` }]
      }),
    },
    encoding: {
      y: {
        field: 'label',
        type: 'nominal',
        sort: labels,
        scale: { domain: labels },
        title: null,
        axis: { labelExpr: cutLabel(most - 12), minExtent: room, grid: true, labelColor: colour('ink') },
      },
      x: {
        field: 'value',
        type: 'quantitative',
        title: null,
        scale: { zero: true },
        axis: { tickCount: 4 },
      },
      description: { field: 'says', type: 'nominal' },
    },
    layer: [
      { mark: { type: 'rule', strokeWidth: 2, color: seriesColour(0) }, encoding: { x2: { datum: 0 } } },
      { mark: { type: 'point', filled: true, size: 90, opacity: 1, color: seriesColour(0) } },
    ],
  })
  return { concat: names.map(one), columns, spacing: 24 }
}
