export { type ErrorCode, ERROR_CODES } from './errors/codes.js'
export { type ErrorFacts, UmbraError } from './errors/umbra-error.js'
export { nearest, suggestion } from './errors/nearest.js'
export { tf } from './tf.js'
export { z } from 'zod'
export type { DefinitionBase, Kind, OptionsSchema, Paper } from './contracts/definition.js'
export { type MethodDefinition, defineMethod } from './contracts/method.js'
export {
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
  ModelOutputs,
  ModelShapes,
  Objective,
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
export { type FormatDefinition, defineFormat } from './contracts/format.js'
export type {
  CompiledStep,
  Engine,
  EngineId,
  EngineInfo,
  StepFunction,
  StepSpec,
} from './contracts/engine.js'
export type { Evaluation, RunEvent, RunListener, StepMetrics } from './contracts/events.js'
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
  type ResolvedConfig,
  type StudentConfig,
  type TeacherConfig,
  type UmbraConfig,
  configSchema,
  defineConfig,
} from './run/config.js'
export { crossEntropy } from './losses/cross-entropy.js'
export { klDivergence } from './losses/kl-divergence.js'
export { oneHot } from './losses/one-hot.js'
export { softCrossEntropy } from './losses/soft-cross-entropy.js'
