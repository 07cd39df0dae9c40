import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { KERNELS } from './binding-source.js'
import { type Compiler, compile } from './compiler.js'

export interface AddonParts {
  /** The staging folder: libraries in `tensorflow/`, headers in `tensorflow/include/`, sources of the addon in `tfjs-node/binding/`. */
  readonly folder: string
  readonly libraries: readonly string[]
  readonly compiler: Compiler
  readonly signal?: AbortSignal | undefined
}

/** File name of the addon inside an installation. */
export const ADDON = 'tfjs_binding.node'
/** File name of the addon that hides libtensorflow's notices. */
export const QUIET = 'quiet.node'

/**
 * Builds the addon of tfjs-node from its sources, against the unpacked libraries. Throws UMBRA_ENGINE_BUILD.
 */
export async function buildAddon({ folder, libraries, compiler, signal }: AddonParts): Promise<void> {
  const shared = ['-O2', '-std=c++17', '-fPIC', '-shared', '-DNAPI_VERSION=8', `-I${nodeHeaders()}`]
  const mac = process.platform === 'darwin'
  const late = mac ? ['-undefined', 'dynamic_lookup'] : []
  const origin = mac ? '@loader_path' : '$ORIGIN'
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(folder, KERNELS, 'binding', name))
  const where = { cwd: folder, signal }

  await compile(compiler, [...shared, ...late, quietSource(), '-o', QUIET], where)
  await compile(
    compiler,
    [
      ...shared,
      ...late,
      '-DNODE_GYP_MODULE_NAME=tfjs_binding',
      '-DBUILDING_NODE_EXTENSION',
      `-I${join(folder, 'tensorflow', 'include')}`,
      ...sources,
      ...libraries.map((name) => join(folder, 'tensorflow', name)),
      `-Wl,-rpath,${origin}/tensorflow`,
      '-o',
      ADDON,
    ],
    where,
  )
}

const nodeHeaders = (): string =>
  join(dirname(createRequire(import.meta.url).resolve('node-api-headers/package.json')), 'include')

const quietSource = (): string => fileURLToPath(new URL('../../native/quiet.cc', import.meta.url))
