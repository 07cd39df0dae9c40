import type { ReportBlock, ReportTable } from '../document/document.js'

/** A table whose first column are names and whose others are numbers. */
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
