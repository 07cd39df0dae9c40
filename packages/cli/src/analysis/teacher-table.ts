import { type MeasureContext, type ReadyTeacher, teacherLogits } from '@umbra/experiment'
import { type LogitTable, checkLogitTable } from '@umbra/measures'
import type { SetName } from '@umbra/report'

/**
 * Raw logits of a teacher on a set, with the labels, in the form that measures take.
 *
 * Throws UMBRA_OPTION when the teacher gives logits that are not finite, UMBRA_INTERRUPTED on abort.
 */
export async function teacherTable(
  teacher: ReadyTeacher,
  set: SetName,
  context: MeasureContext,
): Promise<LogitTable> {
  const { dataset } = context
  const logits = await teacherLogits(teacher, set, context)
  const table = { logits, labels: dataset[set].labels, classes: dataset.classes.length }
  checkLogitTable(table, `logits of teacher "${teacher.label}" on the ${set} images`)
  return table
}
