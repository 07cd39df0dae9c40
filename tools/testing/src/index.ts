export { FLOAT32, FLOAT32_GRADIENT, type Tolerance, difference } from './compare.js'
export { useCpuBackend } from './cpu-backend.js'
export { type GoldenArray, type GoldenCase, type GoldenOutputs, goldenCases, rows } from './golden.js'
export { logSoftmax64, mean } from './float64.js'
export { type ArbitraryBatch, arbitraryBatch } from './arbitrary-batch.js'
export { type Numbers, toBeAllclose } from './allclose.js'
export { type TinyModelOptions, tinyModel } from './tiny-model.js'
export { type ToyImages, toyImages } from './toy-images.js'
export {
  type Picklable,
  type PickleOf,
  call,
  global,
  opcodes,
  persistent,
  pickle,
  tuple,
} from './pickle-writer.js'
export { type TensorView, floats, legacyTorchFile, torchFile, torchTensor } from './torch-writer.js'
export { type ZipEntry, zip } from './zip-writer.js'
