import * as tf from '@tensorflow/tfjs-core'
import { UmbraError } from '@umbra/core'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { ADDON } from './build-addon.js'
import { type BindingPackage, bindingPackage } from './binding-package.js'
import { fastGradients } from './fast-gradients.js'
import { gatherKernel } from './gather-kernel.js'
import { type InstalledEngine, listEngines } from './installed.js'
import { quietly } from './quietly.js'

export const TENSORFLOW = 'tensorflow'

interface KernelBackendModule {
  readonly NodeJSKernelBackend: new (addon: unknown, packageName: string) => tf.KernelBackend
}

let loaded: InstalledEngine | undefined

/**
 * Registers the backend `tensorflow`: the kernels of tfjs-node on the newest libtensorflow in the user's cache. A process
 * loads one; later calls return it. Throws UMBRA_ENGINE_UNAVAILABLE.
 */
export function loadTensorflow(cache?: string): InstalledEngine {
  if (loaded !== undefined) return loaded
  const engine = listEngines(cache)[0]
  if (engine === undefined) throw notInstalled()
  const binding = bindingPackage()
  if (binding.version !== engine.binding) throw stale(engine, binding)

  mendNodeUtil()
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'
  const { NodeJSKernelBackend } = requireKernels(binding)
  let backend: tf.KernelBackend
  try {
    backend = quietly(engine.folder, () => {
      const addon: unknown = createRequire(import.meta.url)(join(engine.folder, ADDON))
      return new NodeJSKernelBackend(addon, `@tensorflow/tfjs-node${engine.gpu ? '-gpu' : ''}`)
    })
  } catch (cause) {
    throw new UmbraError('UMBRA_ENGINE_UNAVAILABLE', {
      subject: `libtensorflow in ${engine.folder}`,
      received: cause instanceof Error ? cause.message : String(cause),
      remedy: 'Run "umbra engine install --force", or use the wasm engine',
      cause,
    })
  }
  tf.registerBackend(TENSORFLOW, () => backend, 3)
  fastGradients()
  gatherKernel()
  loaded = engine
  return engine
}

/** The backend class and, as its side effect, the kernels; both for the one tfjs-core of this process. */
function requireKernels(binding: BindingPackage): KernelBackendModule {
  const theirs = binding.require('@tensorflow/tfjs') as typeof tf
  if (theirs.matMul !== tf.matMul) {
    throw new UmbraError('UMBRA_ENGINE_UNAVAILABLE', {
      subject: 'tensorflow engine',
      expected: 'one copy of @tensorflow/tfjs-core',
      received: `another copy beside @tensorflow/tfjs-node-gpu ${binding.version}`,
      remedy: 'Install again so that the package manager keeps one version of @tensorflow/tfjs-core',
    })
  }
  const kernels = binding.require('./dist/nodejs_kernel_backend.js') as KernelBackendModule
  binding.require('./dist/register_all_kernels.js')
  return kernels
}

/** tfjs-node calls two helpers that Node 23 took out of `node:util`. */
function mendNodeUtil(): void {
  const util = createRequire(import.meta.url)('node:util') as Record<string, unknown>
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined
  util.isArray ??= Array.isArray
}

const notInstalled = (): UmbraError =>
  new UmbraError('UMBRA_ENGINE_UNAVAILABLE', {
    subject: 'tensorflow engine',
    expected: 'a libtensorflow in the cache',
    received: 'none',
    remedy: 'Run "umbra engine install", or use the wasm engine',
  })

const stale = (engine: InstalledEngine, binding: BindingPackage): UmbraError =>
  new UmbraError('UMBRA_ENGINE_UNAVAILABLE', {
    subject: `tensorflow engine ${engine.name}`,
    expected: `an addon of @tensorflow/tfjs-node-gpu ${binding.version}`,
    received: `one of ${engine.binding}`,
    remedy: 'Run "umbra engine install" again',
  })
