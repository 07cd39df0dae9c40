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
export { type ComparisonInput, runComparison } from './comparison.js'
export type { RunInput } from './execute/session.js'
export type { MeasureContext, MeasureTeacher } from './teachers/measure.js'
export { runName } from './store/run-identity.js'
export type { RunCommand } from './config/run-command.js'
export { type ThreadSetting, withThreads } from './store/threads.js'
export { calibrate } from './plan/calibrate.js'
export type { ReadyTeacher, StageContext } from './teachers/train-once.js'
export { teacherLogits } from './teachers/teacher-logits.js'
export type { ArmResult, ComparisonResult, MethodResult, TeacherResult } from './store/arm-result.js'
export { type SplitDataset, dataHashOf, loadDataset, loadSplitDataset } from './teachers/load-dataset.js'
export { createExecutor, inProcessExecutor } from './execute/in-process.js'
export { type CohortRunner, type CohortRunnerOptions, createCohortRunner } from './execute/cohort-runner.js'
export { openJob } from './execute/join-run.js'
export { type PlanContext, type RunPlan, planRates, planRun } from './plan/plan.js'
export { teacherStages, workOf } from './plan/stages.js'
export { type RateKey, type Rates, openRates } from './store/rates.js'
export { armLimit } from './plan/arm-limit.js'
export { type ModelSize, type ModelSizes, createModelSizes } from './plan/model-sizes.js'
export { withBaselines } from './config/baselines.js'
export { type TuningResult, runTuning } from './tuning.js'
export type { SearchOutcome } from './search/search.js'
export { type TeacherContext, readyTeachers } from './teachers/ready-teachers.js'
export { defaultSinks } from './execute/sinks.js'
export { checkConfig } from './config/check-config.js'
export {
  type ResolvedStudy,
  type StudyConfig,
  type StudyMethod,
  defineStudy,
  studySchema,
} from './config/study-config.js'
