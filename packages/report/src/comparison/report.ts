import type { ComparisonRecord } from '@umbra/core'
import { documentHtml } from '../document/document-html.js'
import { documentMarkdown } from '../document/document-markdown.js'
import { safeJson } from '../safe-json.js'
import type { ComparisonAnalysis } from '../statistics/analysis.js'
import { comparisonDocument } from './comparison-document.js'

/** A comparison as one page that opens offline: no script, plots as SVG. The same bytes for the same record. */
export const reportHtml = (analysis: ComparisonAnalysis, record: ComparisonRecord): Promise<string> =>
  documentHtml(comparisonDocument(analysis, record))

/** The same as GitHub-flavoured Markdown, with tables where the page has plots. */
export const reportMarkdown = (analysis: ComparisonAnalysis, record: ComparisonRecord): string =>
  documentMarkdown(comparisonDocument(analysis, record))

/** The statistics as JSON, fractions unrounded, with what identifies the run. */
export function reportJson({ pairs }: ComparisonAnalysis, record: ComparisonRecord): string {
  const { name, command, created, seconds, seeds, environment } = record
  const { id, train, validation, test, classes } = record.dataset
  return safeJson({
    name,
    command,
    created,
    seconds,
    dataset: { id, classes, train, validation, test },
    seeds,
    environment,
    pairs,
  })
}
