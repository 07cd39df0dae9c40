export { eagerEngine } from './eager-engine.js'
export { type ObjectiveCase, type ObjectiveResult, evaluateObjective } from './evaluate-objective.js'
export { noParts } from './no-parts.js'
export type { GoldenComparison } from '../golden/compare-golden.js'
export { type GoldenVerdict, evaluateGolden } from '../golden/evaluate-golden.js'
export type { MethodLaws, NegativesLaw } from '../contracts/laws.js'
export { assertAllConform, assertConforms } from './conformance/assert-conforms.js'
export { conformanceOfAll } from './conformance/conformance-of-all.js'
export { checkData } from './conformance/kinds/check-data.js'
export { checkExecutor } from './conformance/kinds/check-executor.js'
export { checkFormat, type KnownFile } from './conformance/kinds/check-format.js'
export { checkModel, type ModelInput } from './conformance/kinds/check-model.js'
export { checkMetric } from './conformance/kinds/check-metric.js'
export { checkOptimiser } from './conformance/kinds/check-optimiser.js'
export { checkSchedule } from './conformance/kinds/check-schedule.js'
export { checkSink } from './conformance/kinds/check-sink.js'
export { checkMethod } from './conformance/check-method.js'
export { checkTraced } from './conformance/check-traced.js'
export { checkPart } from './conformance/check-part.js'
export {
  type ConformanceCase,
  type ConformanceOptions,
  conformance,
  conformanceSubjects,
} from './conformance/conformance.js'
export type { CheckName, Verdict } from './conformance/verdict.js'
export { evaluateRecord } from '../golden/evaluate-golden.js'
export type { GoldenRecord } from '../golden/golden-record.js'
export { type GoldenFile, readGoldenFolder } from '../golden/read-golden-folder.js'
export { type EvaluatedTerms, type TermsInput, evaluateTerms } from '../objective/evaluate-terms.js'
export {
  goldenHyper,
  goldenInput,
  goldenInputs,
  goldenLabels,
  goldenRepeats,
} from '../golden/golden-input.js'
export { goldenParts } from '../golden/golden-parts.js'
export { type GoldenRun, runGoldenObjective } from '../golden/run-golden-objective.js'
