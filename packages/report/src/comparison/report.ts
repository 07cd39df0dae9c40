import type { ComparisonRecord } from '@umbra/core/trainer'
import { documentHtml } from '../document/document-html.js'
import { documentMarkdown } from '../document/document-markdown.js'
import { safeJson } from '../safe-json.js'
import type { ComparisonAnalysis, PairAnalysis } from '../statistics/analysis.js'
import { comparisonDocument } from './comparison-document.js'

/** A comparison as one page that opens offline: no script, plots as SVG. The same bytes for the same record. */
export const reportHtml = (analysis: ComparisonAnalysis, record: ComparisonRecord): Promise<string> =>
  documentHtml(comparisonDocument(analysis, record))

/** The same as GitHub-flavoured Markdown, with tables where the page has plots. */
export const reportMarkdown = (analysis: ComparisonAnalysis, record: ComparisonRecord): string =>
  documentMarkdown(comparisonDocument(analysis, record))

/** The statistics with what identifies the run. */
export interface ReportSummary extends Pick<
  ComparisonRecord,
  'name' | 'command' | 'created' | 'seconds' | 'dataset' | 'seeds' | 'environment'
> {
  readonly pairs: readonly PairAnalysis[]
}

/** The statistics of a comparison and what identifies its run; plain data. */
export function reportSummary({ pairs }: ComparisonAnalysis, record: ComparisonRecord): ReportSummary {
  const { name, command, created, seconds, dataset, seeds, environment } = record
  return { name, command, created, seconds, dataset, seeds, environment, pairs }
}

/** The summary as JSON, fractions unrounded. */
export const reportJson = (analysis: ComparisonAnalysis, record: ComparisonRecord): string =>
  `${safeJson(reportSummary(analysis, record))}\n`
