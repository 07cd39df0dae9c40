import { fileURLToPath, pathToFileURL } from 'node:url'
import { createJiti } from 'jiti'
import { giveCopies } from './give-copies.js'
import { OWN_COPIES } from './own-copies.js'

/** Loads modules of users, in TypeScript or JavaScript, from any folder. */
export interface ModuleLoader {
  /** Namespace of the module of a file. Throws what the module throws. */
  readonly load: (file: string) => Promise<unknown>
  /** The same of a package that finds the command's own copies of all that plugins share with it. */
  readonly loadInstalled: (file: string) => Promise<unknown>
  /** The file that `import specifier` means in a folder; undefined if there is none. */
  readonly find: (specifier: string, folder: string) => string | undefined
  /** A loader for which `import name` means these modules too. */
  readonly with: (modules: Readonly<Record<string, unknown>>) => ModuleLoader
  /** For c12, which reads configuration files with it. */
  readonly jiti: ReturnType<typeof createJiti>
}

const HERE = fileURLToPath(import.meta.url)
/** Whether the command runs from its sources, as in tests; packages of its workspace do then too, in the same runtime. */
const FROM_SOURCE = HERE.endsWith('.ts')
const CONDITIONS = FROM_SOURCE ? { conditions: ['@umbra/source', 'node', 'import'] } : {}

/**
 * Every module loaded here gets this process's copy of each door of `@umbra/core`, of TensorFlow.js and of zod, even where none or
 * another is installed: tensors and layers of two copies cannot be used together. `modules` are more of this kind, by name.
 */
export function createModuleLoader(modules: Readonly<Record<string, unknown>> = {}): ModuleLoader {
  const jiti = createJiti(import.meta.url, {
    virtualModules: { ...OWN_COPIES, ...modules },
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
    loadInstalled: (file) => {
      giveCopies()
      return FROM_SOURCE ? import(pathToFileURL(file).href) : jiti.import(file)
    },
    find: (specifier, folder) => {
      const url = jiti.esmResolve(specifier, {
        parentURL: pathToFileURL(`${folder}/`).href,
        try: true,
        ...CONDITIONS,
      })
      return url?.startsWith('file:') === true ? fileURLToPath(url) : undefined
    },
    with: (more) => createModuleLoader({ ...modules, ...more }),
  }
}
