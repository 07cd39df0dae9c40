import { type LogitTable, wrongRowOf } from './logit-table.js'

/**
 * Class-relation matrix in float64: `G_c = mean over samples of class c of q~`, `q~` the softmax of the wrong logits over T, diagonal 0.
 *
 * A row of a class without samples is 0; the others sum to 1.
 *
 * @returns `[classes][classes]`
 */
export function relationMatrix(table: LogitTable, temperature = 1): number[][] {
  const { labels, classes } = table
  const sums = Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
  const counts = new Array<number>(classes).fill(0)
  // A label is a class: every index below is one of `classes`.
  for (const [i, label] of labels.entries()) {
    const wrong = wrongRowOf(table, i)
    const top = Math.max(...wrong)
    const mass = wrong.map((z) => Math.exp((z - top) / temperature))
    const total = mass.reduce((a, b) => a + b, 0)
    counts[label]! += 1
    mass.forEach((m, k) => (sums[label]![k < label ? k : k + 1]! += m / total))
  }
  return sums.map((row, c) => row.map((sum) => sum / Math.max(1, counts[c]!)))
}
