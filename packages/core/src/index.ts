export { type ErrorCode, ERROR_CODES } from './errors/codes.js'
export { type ErrorFacts, UmbraError } from './errors/umbra-error.js'
export { nearest, suggestion } from './errors/nearest.js'
export { tf } from './tf.js'
export { z } from 'zod'
export type { DefinitionBase, Kind, OptionsSchema, Paper } from './contracts/definition.js'
export type { MethodLaws, NegativesLaw } from './contracts/laws.js'
export { type Assistant, type MethodDefinition, type ModelChoice, defineMethod } from './contracts/method.js'
export {
  type GoldenCase,
  type GoldenDefinition,
  type GoldenOutcome,
  defineGolden,
} from './contracts/golden.js'
export {
  type EnhancedTargets,
  type Enhancement,
  type EnhancementDefinition,
  type PartLookup,
  type SoftTargets,
  type Softening,
  type SofteningDefinition,
  type Weighting,
  type WeightingDefinition,
  defineEnhancement,
  defineSoftening,
  defineWeighting,
} from './contracts/parts.js'
export type {
  DistillBatch,
  Feed,
  FeedContext,
  ModelOutputs,
  ModelShapes,
  Objective,
  ObjectiveModels,
  Prepared,
  StaticShapes,
  TensorRecord,
  Terms,
} from './contracts/objective.js'
export {
  type ForeignTensor,
  type ModelContext,
  type ModelDefinition,
  type NamedWeights,
  defineModel,
} from './contracts/model.js'
export {
  type DataSource,
  type Dataset,
  type DatasetDefinition,
  type ImageSet,
  type LoadContext,
  type Normalisation,
  defineDataset,
} from './contracts/dataset.js'
export { type Sink, type SinkContext, type SinkDefinition, defineSink } from './contracts/sink.js'
export { type FormatDefinition, defineFormat } from './contracts/format.js'
export type {
  CompiledStep,
  Engine,
  EngineId,
  EngineInfo,
  StepFunction,
  StepSpec,
  TeacherPrecision,
} from './contracts/engine.js'
export type { Evaluation, PlannedStage, RunEvent, RunListener, StepMetrics } from './contracts/events.js'
export {
  type Executor,
  type ExecutorContext,
  type ExecutorDefinition,
  type RunJob,
  type Trial,
  type TrialArm,
  defineExecutor,
} from './contracts/executor.js'
export type {
  ArmFigures,
  ComparisonRecord,
  EpochFigures,
  MethodFigures,
  PairFigures,
  TeacherFigures,
} from './contracts/comparison-record.js'
export { type Definition, type DefinitionOf, type Plugin, definePlugin } from './contracts/plugin.js'
export {
  type ArmInfo,
  HOOK_KINDS,
  type HookHandler,
  type HookHandlers,
  type HookKind,
  type HookName,
  type HookTable,
  type HooksOf,
  type StageInfo,
} from './hooks/table.js'
export { lowest, positiveScheduledSchema, scheduledAtLeast } from './schedule/bounded.js'
export { complement, shareSchema } from './schedule/complement.js'
export {
  type Schedule,
  type Scheduled,
  scheduleSchema,
  scheduledSchema,
  valueAt,
} from './schedule/schedule.js'
export {
  type LrSchedule,
  type OptimiserOptions,
  type Recipe,
  type RecipeInput,
  lrScheduleSchema,
  optimiserSchema,
  recipeSchema,
} from './run/recipe.js'
export {
  type MethodEntry,
  type PairConfig,
  type ResolvedConfig,
  type SearchConfig,
  type ValidationConfig,
  type SinkEntry,
  type StudentConfig,
  type TeacherConfig,
  type UmbraConfig,
  configSchema,
  defineConfig,
} from './run/config.js'
export { adaptiveAvgPool } from './losses/adaptive-avg-pool.js'
export { batchNorm } from './losses/batch-norm.js'
export { type ComposedTargets, type TargetChoice, composeTargets } from './losses/compose-targets.js'
export { crossEntropy } from './losses/cross-entropy.js'
export { detach } from './losses/detach.js'
export { klDivergence } from './losses/kl-divergence.js'
export { oneHot } from './losses/one-hot.js'
export { softCrossEntropy } from './losses/soft-cross-entropy.js'
export { combineProblems } from './errors/combine-problems.js'
export { type HookRunner, createHookRunner } from './hooks/hook-runner.js'
export type { HookInfo, HookValue } from './hooks/table.js'
export { type OptionDescription, describeOptions } from './options/describe-options.js'
export type { Wording } from './options/explain-issues.js'
export { parseOptions } from './options/parse-options.js'
export { type AssembleOptions, type Registry, type RegistryEntry, assemble } from './registry/registry.js'
export { ClockToken, EngineToken, ListenerToken } from './registry/services.js'
export { provideService, type ServiceProvision, type Token, token } from './registry/token.js'
export { CORE_VERSION } from './version.js'
export { type ComparisonInput, runComparison } from './run/comparison.js'
export { type MeasureContext, type MeasureTeacher, type RunInput, runName } from './run/session.js'
export type { ReadyTeacher } from './run/train-once.js'
export { teacherLogits } from './run/teacher-logits.js'
export type { ArmResult, ComparisonResult, MethodResult, TeacherResult } from './run/result.js'
export {
  type ArmOutcome,
  type CohortOptions,
  type CohortOutcome,
  type Teacher,
  trainCohort,
} from './trainer/train-cohort.js'
export type { ArmSpec } from './trainer/arm.js'
export { type Evaluator, type EvaluatorOptions, countRight, createEvaluator } from './trainer/evaluator.js'
export { applyInSlices } from './model/apply-in-slices.js'
export { type TappedModel, tapModel } from './model/tapped-model.js'
export { buildModel, countParameters } from './model/build-model.js'
export { assignWeights, loadModel } from './model/load-weights.js'
export {
  decodeSafetensors,
  encodeSafetensors,
  fromHalf,
  type StoredTensor,
} from './checkpoint/safetensors.js'
export {
  type Checkpoint,
  type CheckpointStore,
  createCheckpointStore,
} from './checkpoint/checkpoint-store.js'
export { namedSeed, type RandomStream, randomStream } from './random/stream.js'
export { createOptimiser, type Optimiser } from './optim/optimiser.js'
export { createNormaliser, type Normaliser } from './data/normaliser.js'
export { crossEntropyObjective } from './losses/cross-entropy-objective.js'
export { writeError, writeFile } from './util/files.js'
export { namedWeights } from './model/weight-names.js'
export { type SplitDataset, dataHashOf, loadDataset, loadSplitDataset } from './run/load-dataset.js'
export { inProcessExecutor } from './run/executor.js'
export { type TrialHost, type TrialHostOptions, createTrialHost } from './run/trial-host.js'
export { openJob } from './run/open-job.js'
export { type PlanContext, type RunPlan, planRates, planRun } from './run/plan.js'
export { teacherStages, workOf } from './run/planned-stages.js'
export { type RateBasis, type Rates, openRates } from './run/rates.js'
export { armLimit } from './run/arm-limit.js'
export { type ModelSize, type ModelSizes, createModelSizes } from './run/model-sizes.js'
export { createExecutor } from './run/executor.js'
export { withBaselines } from './run/baselines.js'
export { type TuningResult, runTuning } from './run/tune.js'
export { type SearchOutcome } from './run/search.js'
export { type TeacherContext, readyTeachers } from './run/teachers.js'
export type { StageContext } from './run/train-once.js'
export { uniqueNames } from './util/unique-names.js'
export { canonicalJson, contentHash } from './util/canonical-json.js'
export { defaultSinks } from './run/sinks.js'
export { prepareMethods } from './run/prepare.js'
export type { GoldenComparison } from './golden/compare-golden.js'
export { type GoldenVerdict, evaluateGolden, evaluateRecord } from './golden/evaluate-golden.js'
export type { GoldenRecord } from './golden/golden-record.js'
export { goldenHyper, goldenInput, goldenInputs, goldenLabels, goldenRepeats } from './golden/golden-input.js'
export { goldenParts } from './golden/golden-parts.js'
export { type GoldenRun, runGoldenObjective } from './golden/run-golden-objective.js'
export { type GoldenFile, readGoldenFolder } from './golden/read-golden-folder.js'
export {
  type ResolvedStudy,
  type StudyConfig,
  type StudyMethod,
  defineStudy,
  studySchema,
} from './study/study-config.js'
