export { ENGINE_IDS, ENGINE_ORDER, createEngine } from './create-engine.js'
export { type Diagnosis, type EngineDiagnosis, diagnose } from './diagnose.js'
export { cacheDir } from './cache-dir.js'
export { accelerate } from './layers/accelerate.js'
export { type NormalisedBatch, batchNormTraining } from './layers/batch-norm-training.js'
export {
  DEFAULT_TENSORFLOW,
  type InstallOptions,
  type InstallProgress,
  installTensorflow,
} from './tensorflow/install-tensorflow.js'
export { type InstalledEngine, type Manifest, listEngines, removeTensorflow } from './tensorflow/installed.js'
export { type Compiler, findCompiler } from './tensorflow/compiler.js'
export type { Platform } from './tensorflow/platform.js'
export { loadTensorflow } from './tensorflow/load-tensorflow.js'
