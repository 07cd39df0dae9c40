import { UmbraError } from '@umbra/core'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'

/** The installed `@tensorflow/tfjs-node-gpu`: its kernels in JavaScript, and the sources of its addon. */
export interface BindingPackage {
  readonly folder: string
  readonly version: string
  /** Loads a module of that package in the context of the package, so that both share one tfjs-core. */
  readonly require: (module: string) => unknown
}

/** Throws UMBRA_ENGINE_UNAVAILABLE if the optional dependency is not installed. */
export function bindingPackage(): BindingPackage {
  const here = createRequire(import.meta.url)
  let file: string
  try {
    file = here.resolve('@tensorflow/tfjs-node-gpu/package.json')
  } catch (cause) {
    throw new UmbraError('UMBRA_ENGINE_UNAVAILABLE', {
      subject: 'tensorflow engine',
      expected: 'the npm package @tensorflow/tfjs-node-gpu',
      received: 'an installation without optional dependencies',
      remedy: 'Install again with optional dependencies, or use the wasm engine',
      cause,
    })
  }
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
  return { folder: dirname(file), version, require: createRequire(file) }
}
