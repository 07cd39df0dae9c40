import type { EngineId } from '@umbra/core/trainer'
import { listEngines } from '../tensorflow/installed.js'

/** Whether the tensorflow engine can be tested here. */
export const hasTensorflow = listEngines().length > 0

/** Appended to a test's title where it cannot. */
export const withoutTensorflow = hasTensorflow
  ? ''
  : ' (skipped: no tensorflow engine; run "umbra engine install")'

/** Engines that batch normalisation is tested on, and whether they are there. */
export const ENGINES: readonly { id: EngineId; name: string; here: boolean }[] = [
  { id: 'cpu', name: 'cpu', here: true },
  { id: 'wasm', name: 'wasm', here: true },
  { id: 'tensorflow', name: `tensorflow${withoutTensorflow}`, here: hasTensorflow },
]
