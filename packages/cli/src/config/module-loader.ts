import { pathToFileURL } from 'node:url'
import { createJiti } from 'jiti'
import { giveCopies } from './give-copies.js'
import { OWN_COPIES } from './own-copies.js'

/** Loads modules of users, in TypeScript or JavaScript, from any folder. */
export interface ModuleLoader {
  /** Namespace of the module of a file. Throws what the module throws. */
  readonly load: (file: string) => Promise<unknown>
  /** The file that a package name resolves to from a folder; undefined if it is not installed. */
  readonly find: (name: string, folder: string) => string | undefined
  /** For c12, which reads configuration files with it. */
  readonly jiti: ReturnType<typeof createJiti>
}

/**
 * Every module loaded here gets this process's copy of each door of `@umbra/core`, of TensorFlow.js and of
 * zod, even where none or another is installed: tensors and layers of two copies cannot be used together.
 */
export function createModuleLoader(): ModuleLoader {
  const jiti = createJiti(import.meta.url, {
    virtualModules: OWN_COPIES,
    fsCache: false,
    moduleCache: false,
    interopDefault: false,
  })
  return {
    get jiti() {
      giveCopies()
      return jiti
    },
    load: (file) => {
      giveCopies()
      return jiti.import(file)
    },
    find: (name, folder) => jiti.esmResolve(name, { parentURL: pathToFileURL(`${folder}/`), try: true }),
  }
}
