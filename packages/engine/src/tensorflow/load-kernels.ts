import * as tf from '@tensorflow/tfjs-core'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { compileFunction } from 'node:vm'

/** The backend class of tfjs-node. */
export type KernelBackend = new (addon: unknown, packageName: string) => tf.KernelBackend

const here: (specifier: string) => unknown = createRequire(import.meta.url)

/** What the kernels may ask for; tfjs is our tfjs-core, so that both share one. */
const GIVEN: Readonly<Record<string, () => unknown>> = {
  '@tensorflow/tfjs': () => {
    // As tfjs does: registers the gradients.
    here('@tensorflow/tfjs-layers')
    return here('@tensorflow/tfjs-core')
  },
  '@tensorflow/tfjs-core': () => here('@tensorflow/tfjs-core'),
  os: () => here('node:os'),
  util: () => ({ ...(here('node:util') as object), ...REMOVED }),
  // Messages of a summary writer that is not used, made with a package that is not there.
  './proto/api_pb': () => ({}),
}

/** Two helpers of `node:util` that Node 23 removed. */
const REMOVED = {
  isNullOrUndefined: (value: unknown): boolean => value === null || value === undefined,
  isArray: Array.isArray,
}

/** Methods of tensors that four of the kernels call; tfjs has many more of them, tfjs-core none. */
const METHODS = {
  add: tf.add,
  sub: tf.sub,
  mul: tf.mul,
  toFloat: (x: tf.Tensor) => tf.cast(x, 'float32'),
  toInt: (x: tf.Tensor) => tf.cast(x, 'int32'),
} as const

function addMethods(): void {
  for (const [name, operation] of Object.entries(METHODS)) {
    if (name in tf.Tensor.prototype) continue
    const value = function (this: tf.Tensor, ...others: readonly tf.Tensor[]): tf.Tensor {
      return operation(this, ...(others as [tf.Tensor]))
    }
    Object.defineProperty(tf.Tensor.prototype, name, { value, configurable: true, writable: true })
  }
}

/**
 * Loads the kernels of tfjs-node from a folder and registers them in the tfjs-core of this package; returns the backend class. The modules get nothing
 * but tfjs-core and two modules of Node: the folder needs no packages beside it.
 */
export function loadKernels(folder: string): KernelBackend {
  const modules = new Map<string, { exports: unknown }>()
  const load = (file: string): unknown => {
    const known = modules.get(file)
    if (known !== undefined) return known.exports
    const module: { exports: unknown } = { exports: {} }
    modules.set(file, module)
    const require = (specifier: string): unknown => {
      const given = GIVEN[specifier]
      if (given !== undefined) return given()
      if (!specifier.startsWith('.')) throw new Error(`${file} asks for ${specifier}`)
      return load(join(dirname(file), specifier.endsWith('.js') ? specifier : `${specifier}.js`))
    }
    const parameters = ['exports', 'require', 'module']
    const body = compileFunction(readFileSync(file, 'utf8'), parameters, { filename: file })
    // A module in the CommonJS format is a function of these three.
    ;(body as (...given: unknown[]) => void)(module.exports, require, module)
    return module.exports
  }
  const { NodeJSKernelBackend } = load(join(folder, 'dist', 'nodejs_kernel_backend.js')) as {
    readonly NodeJSKernelBackend: KernelBackend
  }
  load(join(folder, 'dist', 'register_all_kernels.js'))
  addMethods()
  return NodeJSKernelBackend
}
