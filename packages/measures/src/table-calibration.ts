import { type Calibration, calibration } from './calibration.js'
import { type LogitTable, rowOf } from './logit-table.js'

/** How accurate and how confident a network is on a set. */
export interface Reliability extends Calibration {
  /** Mean cross-entropy with the labels at temperature 1, nats. */
  readonly loss: number
  readonly confidences: Float64Array
}

/**
 * Accuracy, cross-entropy and expected calibration error of a set at temperature 1, float64: 15 bins of equal width, `(lower, upper]`,
 * of the largest probability. A tie with another class counts as wrong.
 */
export function tableCalibration(table: LogitTable): Reliability {
  const { labels, classes } = table
  const confidences = new Float64Array(labels.length)
  const correct = new Float64Array(labels.length)
  let loss = 0
  // A label is a class, and a row has all classes: no index below leaves its array.
  for (const [i, label] of labels.entries()) {
    const row = rowOf(table, i)
    const labelled = row[label]!
    let [top, atLeastLabelled, total] = [-Infinity, 0, 0]
    for (let c = 0; c < classes; c++) {
      top = Math.max(top, row[c]!)
      if (row[c]! >= labelled) atLeastLabelled++
    }
    for (let c = 0; c < classes; c++) total += Math.exp(row[c]! - top)
    confidences[i] = 1 / total
    correct[i] = atLeastLabelled === 1 ? 1 : 0
    loss += top + Math.log(total) - labelled
  }
  return { ...calibration(confidences, correct), loss: loss / labels.length, confidences }
}
