import { cleanText } from '../clean-text.js'
import { colour } from '../html/colours.js'
import { percentSpread } from '../format.js'
import { getOrThrow } from '../get-or-throw.js'
import { type PlotSize, type PlotSpec } from '../plot/responsive-plot.js'
import { seriesScale, shapeScale } from '../plot/series.js'
import { sizeAxis } from './size-axis.js'
import { studentRows } from './student-rows.js'
import type { StudyRecord } from './study-record.js'

/** Accuracy of a student against the parameters of its teacher, one line per method; dashed without a teacher. */
export function studentPlot(record: StudyRecord, student: string): (size: PlotSize) => PlotSpec {
  const temperatures = new Set(
    record.methods.filter(({ role }) => role === 'temperature').map(({ label }) => label),
  )
  const teachers = new Map(record.teachers.map((teacher) => [teacher.label, teacher]))
  const rows = studentRows(record, student).filter(({ method }) => !temperatures.has(method))
  const values = rows
    .filter(({ teacher }) => teacher !== '')
    .map(({ method, teacher, accuracy }) => {
      const { family, parameters } = getOrThrow(teachers, teacher)
      return {
        method,
        line: `${method} ${family}`,
        parameters,
        value: 100 * accuracy.mean,
        says: cleanText(`${method}, ${teacher}: ${percentSpread(accuracy)} %`),
      }
    })
  const rules = rows
    .filter(({ teacher }) => teacher === '')
    .map(({ method, accuracy }) => ({
      value: 100 * accuracy.mean,
      says: `${method}, no teacher: ${percentSpread(accuracy)} %`,
    }))
  const labels = [...new Set(values.map(({ method }) => method))]
  const shape = shapeScale(labels)
  const y = {
    field: 'value',
    type: 'quantitative',
    title: 'test accuracy, %',
    scale: { zero: false, padding: 8 },
  }
  return ({ width, narrow }) => {
    const legend = { orient: 'top', columns: narrow ? 1 : 4, labelLimit: 240 }
    const encoding = {
      x: {
        field: 'parameters',
        type: 'quantitative',
        title: 'parameters of the teacher',
        scale: { type: 'log', nice: false, padding: 16 },
        axis: sizeAxis(record.teachers),
      },
      y,
      color: { field: 'method', type: 'nominal', title: null, scale: seriesScale(labels), legend },
    }
    const description = { field: 'says', type: 'nominal' }
    return {
      width: width - 90,
      height: narrow ? 260 : 320,
      layer: [
        {
          data: { values: rules },
          mark: { type: 'rule', strokeDash: [5, 4], color: colour('muted') },
          encoding: { y, description },
        },
        {
          data: { values },
          mark: { type: 'line', strokeWidth: 1.5 },
          encoding: { ...encoding, detail: { field: 'line', type: 'nominal' } },
        },
        {
          data: { values },
          mark: { type: 'point', filled: true, size: 50 },
          encoding: {
            ...encoding,
            shape: { field: 'method', type: 'nominal', title: null, scale: shape, legend },
            description,
          },
        },
      ],
    }
  }
}
