import type { LogitTable } from '../src/index.js'

/** A table of rows of logits. */
export const tableOf = (rows: readonly (readonly number[])[], labels: readonly number[]): LogitTable => ({
  logits: Float64Array.from(rows.flat()),
  labels: Int32Array.from(labels),
  classes: rows[0]!.length,
})
