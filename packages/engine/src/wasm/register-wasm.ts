import { UmbraError } from '@umbra/core'
import { env } from '@tensorflow/tfjs-core'
import { access } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import { registerTrainingKernels } from './register-training-kernels.js'

let registration: Promise<void> | undefined

/**
 * Registers the `wasm` backend of TensorFlow.js with the training kernels it lacks; `tf.setBackend('wasm')` may follow.
 * Repeated calls share the first registration. Complex numbers, Fourier transforms, ragged tensors and text are not supported.
 *
 * @throws UmbraError `UMBRA_ENGINE_UNAVAILABLE` if the package or its WebAssembly binary cannot be loaded, or SIMD is
 * missing.
 */
export function registerWasm(): Promise<void> {
  registration ??= register().catch((cause: unknown) => {
    registration = undefined
    throw cause
  })
  return registration
}

async function register(): Promise<void> {
  if ((await simdSupport()) !== true) {
    throw new UmbraError('UMBRA_ENGINE_UNAVAILABLE', {
      subject: 'engine "wasm"',
      expected: 'Node and a processor with WebAssembly SIMD',
      remedy: 'Use engine "cpu"',
    })
  }
  registerTrainingKernels()
}

/** Loads the package, sets the folder of its binaries, and checks whether SIMD works. */
async function simdSupport(): Promise<unknown> {
  try {
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm')
    const folder = binaryFolder()
    await access(join(folder, 'tfjs-backend-wasm-simd.wasm'))
    setWasmPaths(folder + sep)
    return await env().getAsync('WASM_HAS_SIMD_SUPPORT')
  } catch (cause) {
    throw new UmbraError('UMBRA_ENGINE_UNAVAILABLE', {
      subject: 'engine "wasm"',
      expected: '@tensorflow/tfjs-backend-wasm with its WebAssembly binaries',
      received: cause instanceof Error ? cause.message : String(cause),
      remedy: 'Install the dependencies again',
      cause,
    })
  }
}

function binaryFolder(): string {
  const manifest = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json')
  return join(dirname(manifest), 'dist')
}
