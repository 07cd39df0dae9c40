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
  const sums = { correctGuidance: 0, smoothRegularisation: 0, classDiscriminability: 0 }
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!
    const logTarget = logSoftmax(rowOf(teacher, i), temperature)
    const logStudent = student === teacher ? logTarget : logSoftmax(rowOf(student, i), temperature)
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

function logSoftmax(row: Float32Array | Float64Array, temperature: number): Float64Array {
  const scaled = Float64Array.from(row, (z) => z / temperature)
  const top = scaled.reduce((a, b) => Math.max(a, b), -Infinity)
  const total = scaled.reduce((sum, z) => sum + Math.exp(z - top), 0)
  const shift = top + Math.log(total)
  return scaled.map((z) => z - shift)
}
