import { type LogitTable, rowOf } from './logit-table.js'

/** Mean parts of the soft cross-entropy of a set, nats; they add up to `total`. */
export interface LossDecomposition {
  readonly temperature: number
  readonly correctGuidance: number
  readonly smoothRegularisation: number
  readonly classDiscriminability: number
  /** `mean of -sum_c p_c log s_c`. */
  readonly total: number
}

/**
 * Splits the soft cross-entropy of a teacher and a student, both softened by T, as `decomposeSoftCrossEntropy` does: float64, means
 * over the samples. With the teacher as its own student it splits the teacher's entropy.
 *
 * @param teacher logits of the teacher
 * @param student logits of the student for the same samples
 * @see Li et al., arXiv 2210.04427
 */
export function lossDecomposition(
  teacher: LogitTable,
  student: LogitTable,
  temperature: number,
): LossDecomposition {
  const { labels, classes } = teacher
  const logTarget = new Float64Array(classes)
  const logStudent = student === teacher ? logTarget : new Float64Array(classes)
  const sums = { correctGuidance: 0, smoothRegularisation: 0, classDiscriminability: 0 }
  // A label is a class, and all rows have as many classes: no index below leaves its array.
  for (const [i, label] of labels.entries()) {
    logSoftmax(rowOf(teacher, i), temperature, logTarget)
    if (student !== teacher) logSoftmax(rowOf(student, i), temperature, logStudent)
    let [wrong, logs, product] = [0, 0, 0]
    for (let c = 0; c < classes; c++) {
      if (c === label) continue
      const p = Math.exp(logTarget[c]!)
      wrong += p
      logs += logStudent[c]!
      product += p * logStudent[c]!
    }
    const smooth = (wrong / (classes - 1)) * logs
    sums.correctGuidance -= Math.exp(logTarget[label]!) * logStudent[label]!
    sums.smoothRegularisation -= smooth
    sums.classDiscriminability -= product - smooth
  }
  const mean = (sum: number): number => sum / labels.length
  const parts = {
    correctGuidance: mean(sums.correctGuidance),
    smoothRegularisation: mean(sums.smoothRegularisation),
    classDiscriminability: mean(sums.classDiscriminability),
  }
  return {
    temperature,
    ...parts,
    total: parts.correctGuidance + parts.smoothRegularisation + parts.classDiscriminability,
  }
}

/**
 * No array and no call for each class: with a hundred classes at every temperature that would be slow. `out` has the row's
 * length, so every index is within both.
 */
function logSoftmax(row: Float32Array | Float64Array, temperature: number, out: Float64Array): void {
  let top = -Infinity
  for (let c = 0; c < row.length; c++) {
    out[c] = row[c]! / temperature
    if (out[c]! > top) top = out[c]!
  }
  let total = 0
  for (let c = 0; c < row.length; c++) total += Math.exp(out[c]! - top)
  const shift = top + Math.log(total)
  for (let c = 0; c < row.length; c++) out[c]! -= shift
}
