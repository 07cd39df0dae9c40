import * as tf from '@tensorflow/tfjs-core'
import { UmbraError } from '@umbra/core'
import type { LibraryInfo } from '@umbra/core/trainer'
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import process from 'node:process'
import { fastGradients } from './fast-gradients.js'
import { gatherKernel } from './gather-kernel.js'
import { type Library, installedLibraries, stockLibrary } from './library.js'
import { loadKernels } from './load-kernels.js'
import type { NodeBackend } from './node-backend.js'
import { processorFeatures } from './instruction-set.js'
import { enableOneDnn, hasBfloat16, oneDnnFacts } from './onednn.js'
import { quietly } from './quietly.js'
import { wantsStock } from './stock-package.js'

const TENSORFLOW = 'tensorflow'

/** The libtensorflow of this process. */
export interface LoadedTensorflow extends LibraryInfo {
  readonly gpu: boolean
  /** Whether it runs operations in bfloat16 here. */
  readonly bfloat16: boolean
  readonly folder: string
  /** The npm package whose own library it is; undefined for one that `umbra engine install` installed. */
  readonly stock?: string
  /** Why a library for GPUs was passed over. */
  readonly passed?: string
}

let loaded: LoadedTensorflow | undefined

/**
 * Registers the backend `tensorflow`: the kernels of tfjs-node on the best libtensorflow in the user's cache, or with
 * UMBRA_TENSORFLOW=stock on the one of an installed tfjs-node. If one for GPUs cannot be loaded, the next one is used.
 * A process loads one; later calls return it. Throws UMBRA_ENGINE_UNAVAILABLE.
 */
export function loadTensorflow(cache?: string): LoadedTensorflow {
  if (loaded !== undefined) return loaded
  const libraries = wantsStock() ? [stockLibrary()] : installedLibraries(cache)
  const [first] = libraries
  if (first === undefined) throw notInstalled()
  const other = libraries.find(({ gpu }) => !gpu)
  try {
    loaded = load(first)
  } catch (error) {
    if (!first.gpu || other === undefined || !(error instanceof UmbraError)) throw error
    loaded = { ...load(other), passed: `${first.subject}: ${error.facts.received ?? error.message}` }
  }
  return loaded
}

function load(library: Library): LoadedTensorflow {
  const { gpu, folder, stock } = library
  const kernels = library.kernels()
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'
  enableOneDnn(process.env)
  const NodeBackendClass = loadKernels(kernels)
  let backend: tf.KernelBackend
  try {
    backend = quietly(folder, () => {
      const addon: unknown = createRequire(import.meta.url)(library.addon)
      return new NodeBackendClass(addon, `@tensorflow/tfjs-node${gpu ? '-gpu' : ''}`)
    })
  } catch (cause) {
    throw new UmbraError('UMBRA_ENGINE_UNAVAILABLE', {
      subject: `libtensorflow in ${folder}`,
      received: cause instanceof Error ? cause.message : String(cause),
      remedy: library.remedy,
      cause,
    })
  }
  tf.registerBackend(TENSORFLOW, () => backend, 3)
  fastGradients()
  gatherKernel()
  const version = library.version ?? (backend as NodeBackend).binding.TF_Version
  const { platform: os, arch } = process
  const features = processorFeatures()
  const facts = oneDnnFacts(process.env, { os, arch, stock: stock !== undefined, features })
  const computes = { ...facts, threads: operationThreads(), bfloat16: hasBfloat16(facts, features) }
  return { version, ...computes, gpu, folder, ...(stock === undefined ? {} : { stock }) }
}

/** The number of threads set for libtensorflow, or its default. */
const operationThreads = (): number =>
  Number(process.env.TF_NUM_INTRAOP_THREADS ?? 0) || availableParallelism()

const notInstalled = (): UmbraError =>
  new UmbraError('UMBRA_ENGINE_UNAVAILABLE', {
    subject: 'tensorflow engine',
    expected: 'a libtensorflow in the cache',
    received: 'none',
    remedy: 'Run "umbra engine install", or use the wasm engine',
  })
