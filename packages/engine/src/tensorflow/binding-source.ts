import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** The release of tfjs-node whose kernels are used: that of tfjs-core. */
export const BINDING = {
  name: '@tensorflow/tfjs-node-gpu',
  version: '4.22.0',
  /** Of its tarball, as every registry states it. */
  integrity:
    'sha512-p//NN6DGiN4hInUmIkRffaFVMcdTREUMjPyjW04J7OXvB2zBlQimj61eFKSgRrH3f5TnOfKzb0n56he/B6a4bw==',
} as const

/** Folder in an installed engine that holds the kernels. */
export const KERNELS = 'tfjs-node'

/**
 * Whether a file of that package is needed: the kernels in JavaScript, which ask for nothing but tfjs, and the sources of the addon. The rest, with
 * its install script and its dependencies, is not.
 */
export const isNeeded = (path: string): boolean =>
  /^(package\.json|binding\/\w+\.(cc|h)|dist\/(nodejs_kernel_backend|register_all_kernels|int64_tensors|kernels\/\w+)\.js)$/.test(
    path,
  )

/** The folder of the package, if its release is installed beside this one, as in this repository. */
export function installedBinding(): string | undefined {
  try {
    const file = createRequire(import.meta.url).resolve(`${BINDING.name}/package.json`)
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
    return version === BINDING.version ? dirname(file) : undefined
  } catch {
    return undefined
  }
}
