import { pathToFileURL } from 'node:url'
import * as core from '@umbra/core'
import * as files from '@umbra/core/files'
import * as testing from '@umbra/core/testing'
import * as trainer from '@umbra/core/trainer'
import * as experiment from '@umbra/experiment'
import { createJiti } from 'jiti'

/** Loads modules of users: TypeScript or JavaScript, wherever they lie. */
export interface ModuleLoader {
  /** Namespace of the module in a file. Throws what the module throws. */
  readonly load: (file: string) => Promise<unknown>
  /** File a package name leads to from a folder; undefined where it is not installed. */
  readonly find: (name: string, folder: string) => string | undefined
  /** What c12 reads configuration files with. */
  readonly jiti: ReturnType<typeof createJiti>
}

const { defineConfig, defineStudy } = experiment

const VIRTUAL = {
  '@umbra/core': core,
  '@umbra/core/files': files,
  '@umbra/core/testing': testing,
  '@umbra/core/trainer': trainer,
  '@umbra/experiment': experiment,
  // What a configuration file needs of the command; the command itself is running already.
  '@umbra/cli': { defineConfig, defineStudy },
}

/**
 * In every module loaded here each door of `@umbra/core` is this very process's copy, even where none is installed: tensors of
 * two copies would live on two engines.
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
