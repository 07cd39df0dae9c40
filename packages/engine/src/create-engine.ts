import * as tf from '@tensorflow/tfjs-core'
import { type Engine, UmbraError, suggestion } from '@umbra/core'
import type { EngineId, EngineInfo, LibraryInfo } from '@umbra/core/trainer'
import { accelerate } from './layers/accelerate.js'
import { eagerStep } from './step/eager-step.js'
import { graphStep } from './step/graph-step.js'
import { loadTensorflow } from './tensorflow/load-tensorflow.js'
import { nodeBackend } from './tensorflow/node-backend.js'
import { oneDnnText } from './tensorflow/onednn.js'
import { wantsStock } from './tensorflow/stock-package.js'

/** The order in which `auto` tries engines. */
export const ENGINE_ORDER = ['tensorflow', 'wasm', 'cpu'] as const satisfies readonly EngineId[]

/** Every engine by name; the values of `--engine` apart from `auto`. */
export const ENGINE_IDS = ['tensorflow', 'webgpu', 'wasm', 'cpu'] as const satisfies readonly EngineId[]

/** How an engine runs steps. */
export interface EngineOptions {
  /** Run steps as one graph where the engine can (tensorflow); false runs them one operation at a time, for debugging. */
  readonly compile?: boolean
}

type Facts = Pick<EngineInfo, 'detail' | 'library'>

/** Makes an engine's backend the current one; returns what `info` says of it. */
type Start = () => Promise<Facts>

const STARTERS: Readonly<Record<EngineId, Start>> = {
  tensorflow: startTensorflow,
  wasm: startWasm,
  cpu: startCpu,
  webgpu: startWebgpu,
}

/**
 * Makes an engine current and returns it. `auto` takes the first of tensorflow, wasm and cpu that works,
 * with UMBRA_TENSORFLOW=stock only tensorflow.
 * Throws UMBRA_ENGINE_UNAVAILABLE if the requested one does not work, UMBRA_UNKNOWN_ID for an unknown name.
 */
export async function createEngine(
  choice: 'auto' | EngineId = 'auto',
  options: EngineOptions = {},
): Promise<Engine> {
  // A library requested by name must not be replaced silently by another engine.
  if (choice !== 'auto' || wantsStock()) return start(choice === 'auto' ? 'tensorflow' : choice, options)
  const reasons: unknown[] = []
  for (const id of ENGINE_ORDER) {
    try {
      return await start(id, options)
    } catch (reason) {
      reasons.push(reason)
    }
  }
  throw new UmbraError('UMBRA_ENGINE_UNAVAILABLE', {
    subject: 'engine',
    expected: `one of ${ENGINE_ORDER.join(', ')}`,
    received: 'none that works',
    remedy: 'Run "umbra doctor"',
    cause: new AggregateError(reasons),
  })
}

/** Two halves side by side are a sixth faster on two cores than one operation after the other on both. */
const SLICES = 2

async function start(id: EngineId, { compile = true }: EngineOptions): Promise<Engine> {
  const starter: Start | undefined = Object.hasOwn(STARTERS, id) ? STARTERS[id] : undefined
  if (starter === undefined) {
    throw new UmbraError('UMBRA_UNKNOWN_ID', {
      subject: `engine "${id}"`,
      remedy: suggestion(id, ['auto', ...ENGINE_IDS]),
    })
  }
  const facts = await starter()
  const slices = id === 'tensorflow' && !onGpu() ? SLICES : 1
  const backend = compile ? nodeBackend() : undefined
  const compiled = backend !== undefined
  const deterministic = id !== 'webgpu' && !onGpu()
  const info: EngineInfo = Object.freeze({ id, ...facts, deterministic, compiled })
  if (backend === undefined) return Object.freeze({ info, slices, accelerate, compile: eagerStep })
  const traced: Engine['compile'] = (step, spec) => graphStep(backend, step, spec)
  return Object.freeze({ info, slices, accelerate, compile: traced })
}

async function startTensorflow(): Promise<Facts> {
  const { version, oneDnn, instructionSet, threads, stock, passed } = loadTensorflow()
  await use('tensorflow')
  const library: LibraryInfo = Object.freeze({ version, oneDnn, instructionSet, threads })
  const device = onGpu() ? 'GPU' : threads === 1 ? '1 thread' : `${threads} threads`
  const from = stock === undefined ? '' : ` of ${stock}`
  const other = passed === undefined ? '' : `; not used: ${passed}`
  return { detail: `libtensorflow ${version}${from}, ${oneDnnText(library)}, ${device}${other}`, library }
}

async function startWasm(): Promise<Facts> {
  // Loaded on request only: the module loads the WebAssembly binaries.
  const { registerWasm } = await import('./wasm/register-wasm.js')
  await registerWasm()
  await use('wasm')
  const simd = (await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')) === true ? ' with SIMD' : ''
  return { detail: `WebAssembly${simd}` }
}

async function startWebgpu(): Promise<Facts> {
  // Loaded on request only: the package `webgpu` may not be installed.
  const { adapterName, registerWebgpu } = await import('./webgpu/register-webgpu.js')
  const adapter = await registerWebgpu()
  await use('webgpu')
  return { detail: `WebGPU, ${adapterName(adapter.info)}` }
}

async function startCpu(): Promise<Facts> {
  await import('@tensorflow/tfjs-backend-cpu')
  await use('cpu')
  // The backend would print an advertisement for tfjs-node at the first tensor.
  Object.assign(tf.backend(), { firstUse: false })
  return { detail: 'plain JavaScript, 1 thread' }
}

async function use(name: string): Promise<void> {
  if ((await tf.setBackend(name)) && tf.getBackend() === name) return
  throw new UmbraError('UMBRA_ENGINE_UNAVAILABLE', {
    subject: `${name} engine`,
    received: 'a backend that does not start',
    remedy: 'Run "umbra doctor"',
  })
}

/** Sums on a GPU are not always taken in the same order. */
const onGpu = (): boolean => nodeBackend()?.isUsingGpuDevice === true
