export type {
  AgreementFigures,
  AnalysedTeacher,
  AnalysisRecord,
  DecompositionAt,
  MeasuresAt,
  SetMeasures,
  SetName,
  TeacherAgreement,
} from './study/analysis-record.js'
export { analysisDocument } from './study/analysis-document.js'
export { analysisTable } from './study/analysis-table.js'

export { colour, seriesColour } from './html/colours.js'
export { type FigureOptions, htmlDetails, htmlFigure } from './html/figure.js'
export { Html, type HtmlValue, markup } from './html/html.js'
export { type PageOptions, type PageSection, htmlPage } from './html/page.js'
export { type TableColumn, type TableOptions, htmlTable } from './html/table.js'
export { plotsMissing } from './plot/plots-missing.js'
export { type PlotOptions, renderVegaLite } from './plot/render-vega-lite.js'
export { type PlotSize, type PlotSpec, responsivePlot } from './plot/responsive-plot.js'
export { type AnalysisOptions, analyseComparison } from './statistics/analyse-comparison.js'
export type {
  ComparisonAnalysis,
  Estimate,
  MethodAnalysis,
  Outcome,
  OutcomeAnalysis,
  PairAnalysis,
  PairedComparison,
  Verdict,
} from './statistics/analysis.js'
export { estimate } from './statistics/estimate.js'
export { parseComparisonRecord } from './comparison/parse-comparison-record.js'
export { reportCsv } from './comparison/report-csv.js'
export {
  type ReportSummary,
  reportHtml,
  reportJson,
  reportMarkdown,
  reportSummary,
} from './comparison/report.js'
export { terminalReport } from './comparison/terminal-report.js'
export type { Finding, ReportBlock, ReportDocument, ReportSection, ReportTable } from './document/document.js'
export { documentHtml } from './document/document-html.js'
export { documentMarkdown } from './document/document-markdown.js'
export type {
  AffinityEvidence,
  ArmEvidence,
  MethodRole,
  StudyEvidence,
  TeacherEvidence,
  TeacherSamples,
} from './study/evidence.js'
export { allStatements } from './study/statements/all-statements.js'
export type { Interval, Outcome as StatementOutcome, Statement } from './study/statements/statement.js'
export { studyDocument } from './study/study-document.js'
export { type StudyParts, type StudyRecord, studyRecord } from './study/study-record.js'
export { studyText } from './study/statement-text.js'
