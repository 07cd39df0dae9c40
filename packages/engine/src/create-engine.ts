import * as tf from '@tensorflow/tfjs-core'
import { type Engine, UmbraError, suggestion } from '@umbra/core'
import type { EngineId, EngineInfo } from '@umbra/core/trainer'
import { availableParallelism } from 'node:os'
import process from 'node:process'
import { accelerate } from './layers/accelerate.js'
import { eagerStep } from './step/eager-step.js'
import { graphStep } from './step/graph-step.js'
import { loadTensorflow } from './tensorflow/load-tensorflow.js'
import { wantsStock } from './tensorflow/stock-package.js'
import { nodeBackend } from './tensorflow/node-backend.js'

/** The order in which `auto` tries engines. */
export const ENGINE_ORDER = ['tensorflow', 'wasm', 'cpu'] as const satisfies readonly EngineId[]

/** Every engine by name; what `--engine` takes beside `auto`. */
export const ENGINE_IDS = ['tensorflow', 'webgpu', 'wasm', 'cpu'] as const satisfies readonly EngineId[]

/** How an engine runs steps. */
export interface EngineOptions {
  /** Run steps as one graph where the engine can (tensorflow); false runs them operation by operation, for debugging. */
  readonly compile?: boolean
}

/** Makes an engine's backend the current one; returns its `detail`. */
type Start = () => Promise<string>

const STARTERS: Readonly<Record<EngineId, Start>> = {
  tensorflow: startTensorflow,
  wasm: startWasm,
  cpu: startCpu,
  webgpu: startWebgpu,
}

/**
 * Makes an engine current and returns it. `auto` takes the first of tensorflow, wasm and cpu that works,
 * and with UMBRA_TENSORFLOW=stock tensorflow alone.
 * Throws UMBRA_ENGINE_UNAVAILABLE where the one chosen does not, UMBRA_UNKNOWN_ID for another name.
 */
export async function createEngine(
  choice: 'auto' | EngineId = 'auto',
  options: EngineOptions = {},
): Promise<Engine> {
  // Who asks for a library by name wants no other engine in silence.
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
  const detail = await starter()
  const info: EngineInfo = Object.freeze({ id, detail, deterministic: id !== 'webgpu' && !onGpu() })
  const slices = id === 'tensorflow' && !onGpu() ? SLICES : 1
  const backend = compile ? nodeBackend() : undefined
  if (backend === undefined) return Object.freeze({ info, slices, accelerate, compile: eagerStep })
  const traced: Engine['compile'] = (step, spec) => graphStep(backend, step, spec)
  return Object.freeze({ info, slices, accelerate, compile: traced })
}

async function startTensorflow(): Promise<string> {
  const { version, stock, passed } = loadTensorflow()
  await use('tensorflow')
  const device = onGpu() ? 'GPU' : threads(operationThreads())
  const from = stock === undefined ? '' : ` of ${stock}`
  return `libtensorflow ${version}${from}, ${device}${passed === undefined ? '' : `; not used: ${passed}`}`
}

async function startWasm(): Promise<string> {
  // Loaded only when asked for: the module brings the WebAssembly binaries along.
  const { registerWasm } = await import('./wasm/register-wasm.js')
  await registerWasm()
  await use('wasm')
  const simd = (await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')) === true ? ' with SIMD' : ''
  return `WebAssembly${simd}`
}

async function startWebgpu(): Promise<string> {
  // Loaded only when asked for: the package `webgpu` need not be installed.
  const { adapterName, registerWebgpu } = await import('./webgpu/register-webgpu.js')
  const adapter = await registerWebgpu()
  await use('webgpu')
  return `WebGPU, ${adapterName(adapter.info)}`
}

async function startCpu(): Promise<string> {
  await import('@tensorflow/tfjs-backend-cpu')
  await use('cpu')
  // The backend would print an advertisement for tfjs-node at the first tensor.
  Object.assign(tf.backend(), { firstUse: false })
  return 'plain JavaScript, 1 thread'
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

/** What libtensorflow was told, or its own choice. */
const operationThreads = (): number =>
  Number(process.env.TF_NUM_INTRAOP_THREADS ?? 0) || availableParallelism()

const threads = (count: number): string => (count === 1 ? '1 thread' : `${count} threads`)
