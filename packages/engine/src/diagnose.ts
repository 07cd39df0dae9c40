import type { EngineId, LibraryInfo } from '@umbra/core/trainer'
import { UmbraError } from '@umbra/core'
import { availableParallelism, cpus, freemem, totalmem } from 'node:os'
import { cacheDir } from './cache-dir.js'
import { ENGINE_ORDER } from './create-engine.js'
import { type Compiler, compilerRemedy, findCompiler } from './tensorflow/compiler.js'
import { type GpuState, gpuState } from './tensorflow/gpu-state.js'
import { type InstalledEngine, listEngines } from './tensorflow/installed.js'
import { type LoadedTensorflow, loadTensorflow } from './tensorflow/load-tensorflow.js'
import { SOURCE_VARIABLE, wantsStock } from './tensorflow/stock-package.js'
import { probeWebgpu } from './webgpu/probe-webgpu.js'
import { type Platform, thisPlatform, wheelSource } from './tensorflow/platform.js'

/** Whether one engine can be used. */
export interface EngineDiagnosis {
  readonly id: EngineId
  readonly available: boolean
  /** Why it is or is not; one sentence. */
  readonly reason: string
  /** What to do to make it available. */
  readonly remedy?: string
}

/** What `umbra doctor` reports. */
export interface Diagnosis {
  /** In the order `auto` tries them; webgpu last. */
  readonly engines: readonly EngineDiagnosis[]
  readonly auto: {
    readonly id: EngineId
    /** Why this engine was chosen and not a faster one. */
    readonly reason: string
  }
  readonly tensorflow: readonly InstalledEngine[]
  /** Build and instruction set of the libtensorflow in use. */
  readonly library?: LibraryInfo
  /** State of tensorflow on a GPU: what there is, and what is missing. */
  readonly gpu: GpuState
  readonly compiler?: Compiler
  readonly platform: Platform
  readonly node: string
  readonly cpu: { readonly model: string; readonly cores: number }
  /** Bytes. */
  readonly memory: { readonly total: number; readonly free: number }
  readonly cache: string
}

/** Examines the machine without installing or changing anything. Loads an installed libtensorflow to see whether it works. */
export async function diagnose(): Promise<Diagnosis> {
  const compiler = await findCompiler()
  const engines = [
    tensorflowState(compiler),
    await wasmState(),
    { id: 'cpu', available: true, reason: 'Always available; slow' },
    await webgpuState(),
  ] as const satisfies readonly EngineDiagnosis[]
  const library = libraryFacts(engines)
  return {
    engines,
    auto: asked(engines) ?? choice(engines),
    tensorflow: listEngines(),
    ...(library === undefined ? {} : { library }),
    gpu: gpuState(
      thisPlatform(),
      listEngines().some(({ gpu }) => gpu),
    ),
    ...(compiler === undefined ? {} : { compiler }),
    platform: thisPlatform(),
    node: process.versions.node,
    cpu: { model: cpus()[0]?.model ?? 'unknown', cores: availableParallelism() },
    memory: { total: totalmem(), free: freemem() },
    cache: cacheDir(),
  }
}

function libraryFacts(engines: readonly EngineDiagnosis[]): LibraryInfo | undefined {
  if (!engines.some(({ id, available }) => id === 'tensorflow' && available)) return undefined
  const { version, oneDnn, instructionSet, threads } = loadTensorflow()
  return { version, oneDnn, instructionSet, threads }
}

/** If the environment names a library, `auto` takes tensorflow or nothing. */
function asked(engines: readonly EngineDiagnosis[]): Diagnosis['auto'] | undefined {
  if ((process.env[SOURCE_VARIABLE] ?? '') === '') return undefined
  const works = engines.some(({ id, available }) => id === 'tensorflow' && available)
  const but = works ? '' : ', but it cannot be used'
  return { id: 'tensorflow', reason: `${SOURCE_VARIABLE} asks for it${but}` }
}

/** The engine that `auto` takes, and why not a faster one. */
export function choice(engines: readonly EngineDiagnosis[]): Diagnosis['auto'] {
  const passed: string[] = []
  for (const id of ENGINE_ORDER) {
    const engine = engines.find((candidate) => candidate.id === id)
    if (engine?.available === true) {
      const reason = passed.length === 0 ? 'It is the fastest' : `The next best: ${passed.join('; ')}`
      return { id, reason }
    }
    if (engine !== undefined) passed.push(`${id}: ${engine.reason}`)
  }
  return { id: 'cpu', reason: passed.join('; ') }
}

function tensorflowState(compiler: Compiler | undefined): EngineDiagnosis {
  const id = 'tensorflow'
  try {
    if (wantsStock() || listEngines().length > 0)
      return { id, available: true, reason: describe(loadTensorflow()) }
    wheelSource(thisPlatform(), false)
  } catch (error) {
    return { id, available: false, ...facts(error) }
  }
  const reason = 'no libtensorflow is installed'
  if (compiler !== undefined) return { id, available: false, reason, remedy: 'Run "umbra engine install"' }
  return {
    id,
    available: false,
    reason: `${reason}, and there is no C++ compiler`,
    remedy: `${compilerRemedy()}, then run "umbra engine install"`,
  }
}

function describe({ version, gpu, folder, stock, passed }: LoadedTensorflow): string {
  const from = stock === undefined ? '' : ` of ${stock} (${SOURCE_VARIABLE}=stock)`
  const other = passed === undefined ? '' : `; not used: ${passed}`
  return `libtensorflow ${version}${gpu ? ' for GPU' : ''}${from} in ${folder}${other}`
}

async function wasmState(): Promise<EngineDiagnosis> {
  try {
    await import('./wasm/register-wasm.js')
    return { id: 'wasm', available: true, reason: 'Part of the npm package' }
  } catch (error) {
    return { id: 'wasm', available: false, ...facts(error) }
  }
}

async function webgpuState(): Promise<EngineDiagnosis> {
  const probe = await probeWebgpu()
  if (probe.available)
    return { id: 'webgpu', available: true, reason: `On ${probe.adapter}; on request only` }
  return { id: 'webgpu', ...probe }
}

function facts(error: unknown): { reason: string; remedy?: string } {
  if (!(error instanceof UmbraError))
    return { reason: error instanceof Error ? error.message : String(error) }
  const { subject, expected, received, remedy } = error.facts
  const parts = [
    expected === undefined ? '' : `expected ${expected}`,
    received === undefined ? '' : `received ${received}`,
  ]
  const details = parts.filter((part) => part !== '').join(', ')
  return { reason: `${subject}: ${details}`, ...(remedy === undefined ? {} : { remedy }) }
}
