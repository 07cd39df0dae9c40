import { UmbraError } from '@umbra/core'

/** Logits of a whole set of samples, on the host. */
export interface LogitTable {
  /** Row-major `[samples, classes]`. */
  readonly logits: Float32Array | Float64Array
  /** Class indices `[samples]`. */
  readonly labels: Int32Array
  readonly classes: number
}

/**
 * Checks that a table is consistent.
 *
 * Throws UMBRA_OPTION when the lengths differ, there is no sample or no wrong class, a label is not a class, or a logit is not finite.
 */
export function checkLogitTable({ logits, labels, classes }: LogitTable, subject: string): void {
  const refuse = (expected: string, received: string): never => {
    throw new UmbraError('UMBRA_OPTION', { subject, expected, received })
  }
  if (classes < 2) refuse('at least 2 classes', String(classes))
  if (labels.length === 0 || logits.length !== labels.length * classes)
    refuse(
      `logits of ${labels.length} samples and ${classes} classes, at least one sample`,
      String(logits.length),
    )
  const label = labels.findIndex((y) => y < 0 || y >= classes)
  if (label >= 0) refuse(`labels from 0 to ${classes - 1}`, `${labels[label]} at sample ${label}`)
  const logit = logits.findIndex((z) => !Number.isFinite(z))
  if (logit >= 0) refuse('finite logits', `${logits[logit]} at sample ${Math.floor(logit / classes)}`)
}

/** The row of a sample. `[classes]` */
export const rowOf = ({ logits, classes }: LogitTable, sample: number): Float32Array | Float64Array =>
  logits.subarray(sample * classes, (sample + 1) * classes)

/** The wrong classes of a sample, in their order. `[classes - 1]` */
export function wrongRowOf(table: LogitTable, sample: number): Float64Array {
  const row = rowOf(table, sample)
  // Callers pass the index of a sample.
  const label = table.labels[sample]!
  const wrong = new Float64Array(row.length - 1)
  wrong.set(row.subarray(0, label))
  wrong.set(row.subarray(label + 1), label)
  return wrong
}
