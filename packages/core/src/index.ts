export type { ErrorCode } from './errors/codes.js'
export { type ErrorFacts, UmbraError } from './errors/umbra-error.js'
export { suggestion } from './errors/nearest.js'
export { tf } from './tf.js'
export { z } from 'zod'
export type { DefinitionBase, Kind, OptionsSchema, Paper } from './contracts/definition.js'
export type { MethodLaws } from './contracts/laws.js'
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
export type { Engine } from './contracts/engine.js'
export type { Evaluation, PlannedStage, RunEvent, RunListener, StepMetrics } from './contracts/events.js'
export {
  type Executor,
  type ExecutorContext,
  type ExecutorDefinition,
  type RunJob,
  type CohortSpec,
  type ArmSpec,
  defineExecutor,
} from './contracts/executor.js'
export { type Definition, type DefinitionOf, type Plugin, definePlugin } from './contracts/plugin.js'
export type {
  ArmInfo,
  EvaluatedEpoch,
  EvaluationInfo,
  HookHandler,
  HookHandlers,
  HookName,
  HookTable,
  StageInfo,
} from './contracts/hooks.js'
export {
  type Optimiser,
  type OptimiserDefinition,
  type OptimiserLookup,
  defineOptimiser,
} from './contracts/optimiser.js'
export {
  type MetricDefinition,
  type MetricFigures,
  type MetricInput,
  defineMetric,
} from './contracts/metric.js'
export {
  type LearningRate,
  type ScheduleDefinition,
  type ScheduleTime,
  defineSchedule,
} from './contracts/schedule.js'
export { type CohortHooks, type HooksDefinition, defineHooks } from './contracts/hooks-definition.js'
export { lowest, positiveScheduledSchema, scheduledAtLeast } from './schedules/schedule-bounds.js'
export { complement, shareSchema } from './schedules/complement.js'
export {
  type Schedule,
  type Scheduled,
  scheduleSchema,
  scheduledSchema,
  valueAt,
} from './schedules/schedule.js'
export type { Recipe } from './recipe/recipe.js'
export { adaptiveAvgPool } from './tensor-ops/adaptive-avg-pool.js'
export { batchNorm } from './tensor-ops/batch-norm.js'
export { type ComposedTargets, type TargetChoice, composeTargets } from './losses/compose-targets.js'
export { crossEntropy } from './losses/cross-entropy.js'
export { detach } from './tensor-ops/detach.js'
export { klDivergence } from './losses/kl-divergence.js'
export { oneHot } from './tensor-ops/one-hot.js'
export { softCrossEntropy } from './losses/soft-cross-entropy.js'
export { ClockToken, EngineToken, ListenerToken } from './registry/services.js'
export { type ServiceProvision, provideService } from './contracts/service.js'
export { type RandomStream, namedSeed, randomStream } from './random/stream.js'
export { namedWeights } from './model/weight-names.js'
export type { LabelTarget } from './contracts/label-target.js'
export { amongPresent } from './losses/among-present.js'
export { labelLoss } from './losses/label-loss.js'
export { temperedKl } from './losses/tempered-kl.js'
export { entryOf } from './objective/entry-of.js'
export type { NamedOutputs } from './objective/named-outputs.js'
export type { NamedModelShapes, NamedShapes } from './objective/named-shapes.js'
export { type HardLabels, type ObjectiveBatch, type ObjectiveSpec, objective } from './objective/objective.js'
