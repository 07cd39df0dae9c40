import {
  type LogitTable,
  TEMPERATURE_AXIS,
  darkKnowledge,
  lossDecomposition,
  relationMatrix,
  tableCalibration,
} from '@umbra/measures'
import type { SetMeasures } from '@umbra/report'

/** Everything that is measured of one teacher on one set; `student` is what the loss is decomposed against. */
export function measureSet(table: LogitTable, student: LogitTable = table): SetMeasures {
  const { accuracy, loss, ece, meanConfidence, bins } = tableCalibration(table)
  return {
    samples: table.labels.length,
    accuracy,
    loss,
    ece,
    meanConfidence,
    bins,
    headline: darkKnowledge(table, 1),
    curve: TEMPERATURE_AXIS.map((temperature) => darkKnowledge(table, temperature)),
    decomposition: TEMPERATURE_AXIS.map((temperature) => lossDecomposition(table, student, temperature)),
    relations: relationMatrix(table),
  }
}
