export type { ComparisonResults, MethodResults, SeedResult, TeacherResult } from './comparison-results.js'
export { jsonTable } from './json-table.js'
export { markdownTable } from './markdown-table.js'
export { type Spread } from './spread.js'
export { type ComparisonTable, type MethodSummary, summarise } from './summarise.js'
export { terminalTable } from './terminal-table.js'
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
export { analysisTable } from './study/analysis-table.js'
