import { cleanText } from '../clean-text.js'
import { percentSpread } from '../format.js'
import { type PlotSize, type PlotSpec } from '../plot/responsive-plot.js'
import type { SetName } from './analysis-record.js'
import { figure } from './figures.js'
import { seriesScale } from '../plot/series.js'
import { BEST_GLOBAL, studentRows } from './student-rows.js'
import type { StudyRecord } from './study-record.js'

/** Accuracy of each student at the best shared temperature against the derived variance of its teacher. */
export function variancePlot(record: StudyRecord, set: SetName): (size: PlotSize) => PlotSpec {
  const variance = new Map(
    record.analysis.teachers.map(({ label, sets }) => [
      label,
      sets[set]?.curve.find(({ temperature }) => temperature === record.temperature)?.derivedVariance,
    ]),
  )
  const students = record.chosen.map(({ student }) => student)
  const values = students.flatMap((student) =>
    studentRows(record, student)
      .filter(({ method }) => method === BEST_GLOBAL)
      .map(({ teacher, accuracy }) => ({
        student: cleanText(student),
        teacher: cleanText(teacher),
        variance: variance.get(teacher),
        value: 100 * accuracy.mean,
        says: cleanText(
          `${student} taught by ${teacher}: ${percentSpread(accuracy)} %, variance ${figure(variance.get(teacher) ?? NaN)}`,
        ),
      })),
  )
  return ({ width, narrow }) => ({
    data: { values },
    width: width - 110,
    height: narrow ? 240 : 280,
    encoding: {
      x: {
        field: 'variance',
        type: 'quantitative',
        title: `mean derived variance of the teacher, temperature ${record.temperature}, ${set} images`,
        scale: { zero: false, padding: 24 },
        axis: { format: '.3~g', tickCount: 4 },
      },
      y: {
        field: 'value',
        type: 'quantitative',
        title: 'test accuracy of the student, %',
        scale: { zero: false, padding: 12 },
      },
    },
    layer: [
      {
        mark: { type: 'point', filled: true, size: 60 },
        encoding: {
          color: {
            field: 'student',
            type: 'nominal',
            title: null,
            scale: seriesScale(students.map(cleanText)),
            legend: { orient: 'top' },
          },
          description: { field: 'says', type: 'nominal' },
        },
      },
      {
        mark: { type: 'text', dy: -10, fontSize: 11 },
        encoding: { text: { field: 'teacher', type: 'nominal' } },
      },
    ],
  })
}
