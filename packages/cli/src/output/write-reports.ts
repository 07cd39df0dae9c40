import { join } from 'node:path'
import type { ComparisonRecord } from '@umbra/core/trainer'
import { writeFile } from '@umbra/core/files'
import type { AnalysisOptions, ComparisonAnalysis } from '@umbra/report'

export interface WrittenReports {
  readonly analysis: ComparisonAnalysis
  /** Paths, the page first. */
  readonly files: readonly string[]
}

/** Writes `report.html`, `.md`, `.json` and `.csv` of a comparison into a folder. Throws what `analyseComparison` throws. */
export async function writeReports(
  folder: string,
  record: ComparisonRecord,
  options: AnalysisOptions = {},
): Promise<WrittenReports> {
  // Loaded on demand: the statistics library has hundreds of files.
  const { analyseComparison, reportCsv, reportHtml, reportJson, reportMarkdown } =
    await import('@umbra/report')
  const analysis = analyseComparison(record, options)
  const contents = {
    html: await reportHtml(analysis, record),
    md: reportMarkdown(analysis, record),
    json: reportJson(analysis, record),
    csv: reportCsv(record),
  }
  const files: string[] = []
  for (const [extension, content] of Object.entries(contents)) {
    const path = join(folder, `report.${extension}`)
    await writeFile(path, content)
    files.push(path)
  }
  return { analysis, files }
}
