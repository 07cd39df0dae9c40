import type { Evaluation } from '../contracts/events.js'

/**
 * Evaluation of logits that are on the host: what an evaluator gives, in float64.
 *
 * The rank of the labelled class is the number of other classes whose logit is not smaller, so a tie counts as wrong; a row
 * that is not finite is never right and has no loss. Loss in nats, mean over the samples.
 *
 * @param logits row-major `[samples, classes]`
 * @param labels class indices `[samples]`
 */
export function evaluateLogits(logits: Float32Array, labels: Int32Array, classes: number): Evaluation {
  let [top1, top5, loss] = [0, 0, 0]
  for (const [sample, label] of labels.entries()) {
    const row = logits.subarray(sample * classes, (sample + 1) * classes)
    // Labels are class indices.
    const labelled = row[label]!
    const rank = row.every(Number.isFinite) ? row.filter((z) => z >= labelled).length - 1 : Infinity
    if (rank < 1) top1++
    if (rank < 5) top5++
    const max = Math.max(...row)
    loss += max - labelled + Math.log(row.reduce((sum, z) => sum + Math.exp(z - max), 0))
  }
  const samples = labels.length
  return { top1: top1 / samples, top5: top5 / samples, loss: loss / samples, samples }
}
