import { pathToFileURL } from 'node:url'
import * as tfCore from '@tensorflow/tfjs-core'
import * as tfLayers from '@tensorflow/tfjs-layers'
import * as core from '@umbra/core'
import * as files from '@umbra/core/files'
import * as testing from '@umbra/core/testing'
import * as trainer from '@umbra/core/trainer'
import * as experiment from '@umbra/experiment'
import { createJiti } from 'jiti'
import * as zod from 'zod'

/** Loads modules of users, in TypeScript or JavaScript, from any folder. */
export interface ModuleLoader {
  /** Namespace of the module of a file. Throws what the module throws. */
  readonly load: (file: string) => Promise<unknown>
  /** The file that a package name resolves to from a folder; undefined if it is not installed. */
  readonly find: (name: string, folder: string) => string | undefined
  /** For c12, which reads configuration files with it. */
  readonly jiti: ReturnType<typeof createJiti>
}

const { defineConfig, defineStudy } = experiment

const VIRTUAL = {
  '@umbra/core': core,
  '@umbra/core/files': files,
  '@umbra/core/testing': testing,
  '@umbra/core/trainer': trainer,
  '@umbra/experiment': experiment,
  // The part of the command that configuration files use.
  '@umbra/cli': { defineConfig, defineStudy },
  '@tensorflow/tfjs-core': tfCore,
  '@tensorflow/tfjs-layers': tfLayers,
  // What the union package exports of these two.
  '@tensorflow/tfjs': { ...tfCore, ...tfLayers },
  zod,
}

/**
 * Every module loaded here gets this process's copy of each door of `@umbra/core`, of TensorFlow.js and of
 * zod, even where none or another is installed: tensors and layers of two copies cannot be used together.
 */
export function createModuleLoader(): ModuleLoader {
  const jiti = createJiti(import.meta.url, {
    virtualModules: VIRTUAL,
    fsCache: false,
    moduleCache: false,
    interopDefault: false,
  })
  return {
    jiti,
    load: (file) => jiti.import(file),
    find: (name, folder) => jiti.esmResolve(name, { parentURL: pathToFileURL(`${folder}/`), try: true }),
  }
}
