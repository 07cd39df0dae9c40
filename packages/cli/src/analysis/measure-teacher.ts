import type { MeasureTeacher } from '@umbra/experiment'
import { UmbraError } from '@umbra/core'
import { darkKnowledge, tableCalibration } from '@umbra/measures'
import { teacherTable } from './teacher-table.js'

/**
 * Measures of a teacher on the test images at temperature 1, for the record of a comparison. A teacher with logits that are
 * not finite gets a notice in place of measures; the comparison goes on.
 */
export const measureTeacher: MeasureTeacher = async (teacher, context) => {
  try {
    const table = await teacherTable(teacher, 'test', context)
    const { trueProbability, derivedAverage, derivedVariance, derivedStandardDeviation, inherentVariance } =
      darkKnowledge(table, 1)
    return {
      ece: tableCalibration(table).ece,
      meanTrueProbability: trueProbability,
      derivedAverage,
      derivedVariance,
      derivedStandardDeviation,
      inherentVariance,
    }
  } catch (error) {
    if (!(error instanceof UmbraError) || error.code === 'UMBRA_INTERRUPTED') throw error
    context.listen({ type: 'notice', text: `teacher ${teacher.label} is not measured: ${error.message}` })
    return {}
  }
}
