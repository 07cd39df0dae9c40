import type { ComparisonResult } from '@umbra/core'
import { type ComparisonTable, markdownTable } from '@umbra/report'

/** The `report.md` of a run. */
export const markdownReport = (
  { name, dataset, student, engine }: ComparisonResult,
  table: ComparisonTable,
): string => `# ${name}

${markdownTable(table)}

- Data set: ${dataset}
- Student: ${student.label}, ${student.parameters} parameters
- Engine: ${engine}
`
