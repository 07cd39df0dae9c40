import type { ReportBlock, ReportTable } from '../document/document.js'

/** A table with names in its first column and numbers in the others. */
export const numbersTable = (
  caption: string,
  header: readonly string[],
  rows: readonly (readonly string[])[],
): ReportTable => ({
  caption,
  columns: header.map((title, i) => ({ title, numeric: i > 0 })),
  rows,
})

export const tableBlock = (
  caption: string,
  header: readonly string[],
  rows: readonly (readonly string[])[],
): ReportBlock => ({ kind: 'table', table: numbersTable(caption, header, rows) })
