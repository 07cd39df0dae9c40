/** What the hooks know of the command's copies; plain data, so that it can be sent to another thread. */
export interface CopyFacts {
  /** What the command's copy of each module exports. */
  readonly names: Readonly<Record<string, readonly string[]>>
  /** URL of the module that the command itself imports, where it is a file of its own. */
  readonly own: Readonly<Record<string, string>>
  /** Name of the global symbol under which this process keeps its copies. */
  readonly key: string
  /** Major version of the command's zod. */
  readonly zod: number
}

interface Resolved {
  readonly url: string
  readonly format?: string | null | undefined
  readonly shortCircuit?: boolean
}
type Next<T> = (at: string, context: object) => T | Promise<T>

/** Hooks as `node:module` takes them: with a `next` that is synchronous, so are they. */
export interface CopyHooks {
  /** Whether what a module imports or requires is replaced, given the URLs of the module and of what it would find. */
  readonly replaces: (specifier: string, parent: string | undefined, found: string | undefined) => boolean
  readonly resolve: (
    specifier: string,
    context: { readonly parentURL?: string | undefined },
    next: Next<Resolved>,
  ) => Resolved | Promise<Resolved>
  readonly load: (url: string, context: object, next: Next<object>) => object | Promise<object>
}

/**
 * Hooks that give every module the command's copies. What finds the command's own is left alone, and so are the packages of
 * TensorFlow.js, whose parts belong together, and packages that are written for another major version of zod.
 *
 * Uses nothing but its arguments: before Node 22.15 its text is run in the thread of the hooks.
 */
export function copyHooks({ names, own, key, zod }: CopyFacts, readText: (url: URL) => string): CopyHooks {
  const scheme = 'umbra-copy:'
  const otherZod = (found: string): boolean => {
    const end = found.lastIndexOf('/node_modules/zod/')
    if (end < 0) return false
    try {
      const manifest = readText(new URL(`${found.slice(0, end)}/node_modules/zod/package.json`))
      return Number.parseInt((JSON.parse(manifest) as { version: string }).version) !== zod
    } catch {
      return false
    }
  }
  const replaces: CopyHooks['replaces'] = (specifier, parent = '', found) => {
    if (!Object.hasOwn(names, specifier) || parent.includes('/node_modules/@tensorflow/')) return false
    if (found === undefined) return true
    return found !== own[specifier] && !(specifier === 'zod' && otherZod(found))
  }
  return {
    replaces,
    resolve: (specifier, context, next) => {
      const { parentURL } = context
      if (!replaces(specifier, parentURL, undefined)) return next(specifier, context)
      const copy: Resolved = { url: `${scheme}${specifier}`, format: 'module', shortCircuit: true }
      const choose = (found: Resolved): Resolved => (replaces(specifier, parentURL, found.url) ? copy : found)
      try {
        const found = next(specifier, context)
        return found instanceof Promise ? found.then(choose, () => copy) : choose(found)
      } catch {
        return copy
      }
    },
    load: (url, context, next) => {
      if (!url.startsWith(scheme)) return next(url, context)
      const name = url.slice(scheme.length)
      const lines = (names[name] ?? []).map(
        (each, i) =>
          `const v${i} = copy[${JSON.stringify(each)}]; export { v${i} as ${JSON.stringify(each)} }`,
      )
      const copy = `const copy = globalThis[Symbol.for(${JSON.stringify(key)})][${JSON.stringify(name)}]`
      return { format: 'module', source: [copy, ...lines].join('\n'), shortCircuit: true }
    },
  }
}
