export {
  type MethodEntry,
  type PairConfig,
  type ResolvedConfig,
  type SearchConfig,
  type SinkEntry,
  type StudentConfig,
  type TeacherConfig,
  type UmbraConfig,
  type ValidationConfig,
  configSchema,
  defineConfig,
} from './config/experiment-config.js'
export type { RunCommand } from './config/run-command.js'
export type { ComposedMethod, MethodChoice, Methods } from './config/compose-method.js'
export { withBaselines } from './config/baselines.js'
export { withCandidate } from './config/with-candidate.js'
export {
  type ResolvedStudy,
  type StudyConfig,
  type StudyMethod,
  defineStudy,
  studySchema,
} from './config/study-config.js'
export { type CheckInput, checkExperiment } from './check-experiment.js'
export { type PlanInput, planExperiment } from './plan-experiment.js'
export { tryTeachers } from './try-teachers.js'
export { type RunDefaults, type RunScope, openScope } from './run-scope.js'
export type { RunOptions } from './run-experiment.js'
export { type ComparisonResult, runComparison } from './comparison.js'
export { type TuningResult, runTuning } from './tuning.js'
export type { SearchOutcome } from './search/search.js'
export { type JobContext, joinRun } from './join-run.js'
export type { CohortRunner } from './execute/cohort-runner.js'
export { createExecutor, inProcessExecutor } from './execute/in-process.js'
export { defaultSinks } from './execute/sinks.js'
export { calibrate } from './plan/calibrate.js'
export { type BuiltModels, type UsedModel, checkModels, teacherModels } from './plan/check-models.js'
export { type RehearsalContext, rehearseArms } from './plan/rehearse-arms.js'
export type { CheckedExperiment, Experiment } from './plan/experiment.js'
export type { PlannedArm } from './plan/planned-arm.js'
export type { RunPlan } from './plan/run-plan.js'
export { teacherStages } from './plan/stages.js'
export { type ModelSize, type ModelSizes, createModelSizes } from './plan/model-sizes.js'
export type { RateKey, Rates } from './store/rates.js'
export { runName } from './store/run-identity.js'
export { storeDirOf } from './store/store-dir.js'
export { type StoreEntry, listStore } from './store/store-contents.js'
export { type StoreVerification, verifyStore } from './store/verify-store.js'
export { type CleanOptions, type CleanedStore, cleanStore } from './store/clean-store.js'
export type { RunFile } from './store/run-file.js'
export { type ThreadSetting, withThreads } from './store/threads.js'
export { type SplitDataset, loadDataset, loadSplitDataset } from './teachers/load-dataset.js'
export { type DataHashes, type HashedDataset, hashDataset } from './identity/data-hash.js'
export { type Identities, createIdentities } from './identity/identities.js'
export { type Operations, createOperations } from './operations/operations.js'
export type { MeasureContext, MeasureTeacher } from './teachers/measure.js'
export { type TeacherContext, readyTeachers } from './teachers/ready-teachers.js'
export { type IdentityContext, type TeacherIdentity, identifyTeachers } from './teachers/teacher-identity.js'
export { checkTeachers } from './teachers/check-teachers.js'
export { teacherLogits } from './teachers/teacher-logits.js'
export type { ReadyTeacher, StageContext } from './teachers/train-once.js'
