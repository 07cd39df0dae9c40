export { ERROR_CODES } from './errors/codes.js'
export { nearest } from './errors/nearest.js'
export type {
  CompiledStep,
  EngineId,
  EngineInfo,
  LibraryInfo,
  StepFunction,
  StepSpec,
  TeacherPrecision,
} from './contracts/engine.js'
export { type ArmResult, armResultSchema } from './results/arm-result.js'
export {
  type ComparisonRecord,
  type MethodFigures,
  type PairFigures,
  type RunEnvironment,
  type TeacherFigures,
  RUN_FORMAT,
  comparisonRecordSchema,
  teacherFiguresSchema,
} from './results/comparison-record.js'
export { type ArmMetrics, metricFiguresSchema } from './results/metric-figures.js'
export type { EpochFigures } from './results/epoch-figures.js'
export { HOOK_KINDS, type HookInfo, type HookKind, type HookValue, type HooksOf } from './contracts/hooks.js'
export { type RecipeInput, identityOf, recipeSchema } from './recipe/recipe.js'
export { type OptimiserOptions, optimiserSchema } from './recipe/optimiser-options.js'
export { type LrSchedule, lrScheduleSchema } from './recipe/schedule-options.js'
export { plainText } from './errors/plain-text.js'
export { describeValue } from './errors/describe-value.js'
export { excuse } from './errors/blame.js'
export { thrownText } from './errors/thrown-text.js'
export { combineProblems } from './errors/combine-problems.js'
export { type HookRunner, createHookRunner } from './hooks/hook-runner.js'
export type { HookSource } from './hooks/bind-hooks.js'
export { computeMetric } from './registry/compute-metric.js'
export type { RecipeParts } from './registry/recipe-parts.js'
export { type HookChoice, chooseHooks } from './registry/choose-hooks.js'
export { type OptionDescription, describeOptions } from './options/describe-options.js'
export type { Wording } from './options/explain-issues.js'
export { parseOptions } from './options/parse-options.js'
export { type AssembleOptions, type Registry, type RegistryEntry, assemble } from './registry/registry.js'
export { type Token, token } from './contracts/service.js'
export { CONTRACTS, CORE_VERSION, type ContractRange, NUMERIC_VERSION } from './version.js'
export { definingFile, setDefiningFile } from './util/defining-file.js'
export type { CohortOptions, Teacher } from './trainer/cohort-options.js'
export { type TrainedArm, type CohortOutcome, trainCohort } from './trainer/train-cohort.js'
export type { NewArm } from './trainer/arm.js'
export type { RehearsalSetting } from './trainer/arm-networks.js'
export { rehearseArm } from './trainer/rehearse-arm.js'
export { type ArmOperations, type RecordingSetting, armOperations } from './trainer/arm-operations.js'
export { rehearseOptimiser } from './optim/rehearse-optimiser.js'
export { checkObjective } from './objective/check-objective.js'
export {
  EVALUATION_BATCH,
  type Evaluator,
  type EvaluatorOptions,
  countRight,
  createEvaluator,
} from './trainer/evaluator.js'
export { applyInSlices } from './model/apply-in-slices.js'
export { type TappedModel, tapModel } from './model/tapped-model.js'
export { buildModel, countParameters } from './model/build-model.js'
export { type CheckedModel, type ModelUse, checkModel } from './model/check-model.js'
export { probabilitiesProblem } from './model/probabilities.js'
export { modelOperations } from './model/model-operations.js'
export { assignWeights, loadModel } from './model/load-weights.js'
export { type DamagedFile, verifyCheckpoints } from './checkpoint/checkpoint-files.js'
export {
  type Checkpoint,
  type CheckpointStore,
  createCheckpointStore,
} from './checkpoint/checkpoint-store.js'
export { type Normaliser, createNormaliser } from './data/normaliser.js'
export { crossEntropyObjective } from './objective/cross-entropy-objective.js'
export { uniqueNames } from './util/unique-names.js'
export { frozenCopy } from './util/frozen-copy.js'
export { isRecord } from './util/is-record.js'
export { omit } from './util/omit.js'
export { type ArmFailure, failureOf, isOfArm, stackOf } from './trainer/arm-failure.js'
export { within } from './util/within.js'
export { interrupted, orInterrupted } from './trainer/interrupted.js'
export type { StudentWeights } from './trainer/best-epoch.js'
export { weightVariable } from './model/weight-variable.js'
export { evaluateLogits } from './trainer/evaluate-logits.js'
export { checkDataset } from './data/check-dataset.js'
export { datasetWarnings } from './data/dataset-warnings.js'
export { limitSet } from './data/limit.js'
export { splitSet } from './data/split-set.js'
export { SUM, sumMethod, summandNames } from './objective/sum-method.js'
