import { pathToFileURL } from 'node:url'
import * as core from '@umbra/core'
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

/**
 * In every module loaded here `@umbra/core` is this very process's copy, even where none is installed: tensors of two
 * copies would live on two engines.
 */
export function createModuleLoader(): ModuleLoader {
  const jiti = createJiti(import.meta.url, {
    virtualModules: { '@umbra/core': core },
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
