import { readFileSync } from 'node:fs'
import Module from 'node:module'
import { pathToFileURL } from 'node:url'
import * as zod from 'zod'
import { type CopyFacts, type CopyHooks, copyHooks } from './copy-hooks.js'
import { OWN_COPIES } from './own-copies.js'

const KEY = '@umbra/cli copies'

/** Parts of `node:module` that its types lack. */
interface Loader {
  /** Node 22.15 and later. */
  readonly registerHooks?: (hooks: CopyHooks) => void
  _resolveFilename: (
    request: string,
    parent: { readonly filename?: string | null } | undefined,
    ...rest: unknown[]
  ) => string
  readonly _cache: Record<string, Module>
}

let given = false

/**
 * Lets Node give this process's copies (`OWN_COPIES`) to every module that it loads from now on, whether it imports them or requires
 * them; once is enough. Modules that jiti transpiles get them from jiti.
 */
export function giveCopies(): void {
  if (given) return
  given = true
  Object.defineProperty(globalThis, Symbol.for(KEY), { value: OWN_COPIES })
  const facts = copyFacts()
  const hooks = copyHooks(facts, (url) => readFileSync(url, 'utf8'))
  const loader = Module as unknown as Loader
  if (loader.registerHooks !== undefined) loader.registerHooks(hooks)
  else {
    Module.register(sourceUrl(facts))
    giveToRequire(loader, hooks)
  }
}

/** The hooks as a module, for the thread in which Node runs them. */
function sourceUrl(facts: CopyFacts): string {
  const text = `import { readFileSync } from 'node:fs'
    export const { resolve, load } = (${copyHooks.toString()})(${JSON.stringify(facts)}, (url) => readFileSync(url, 'utf8'))`
  return `data:text/javascript,${encodeURIComponent(text)}`
}

function copyFacts(): CopyFacts {
  const ids = Object.keys(OWN_COPIES)
  return {
    names: Object.fromEntries(ids.map((id) => [id, Object.keys(OWN_COPIES[id] ?? {})])),
    own: Object.fromEntries(ids.flatMap((id) => ownUrl(id))),
    key: KEY,
    zod: zod.core.version.major,
  }
}

/** None where the command does not import the module from a file, but from its sources, for example. */
function ownUrl(id: string): readonly (readonly [string, string])[] {
  try {
    return [[id, import.meta.resolve(id)]]
  } catch {
    return []
  }
}

/** For Node before 22.15, whose hooks do not see what CommonJS modules require. */
function giveToRequire(loader: Loader, { replaces }: CopyHooks): void {
  const stock = loader._resolveFilename.bind(loader)
  const find = (
    request: string,
    parent: { readonly filename?: string | null } | undefined,
    rest: unknown[],
  ) => {
    try {
      return stock(request, parent, ...rest)
    } catch {
      return undefined
    }
  }
  loader._resolveFilename = (request, parent, ...rest) => {
    const from = urlOf(parent?.filename)
    if (!replaces(request, from, undefined) || !replaces(request, from, urlOf(find(request, parent, rest))))
      return stock(request, parent, ...rest)
    const name = `umbra-copy:${request}`
    if (loader._cache[name] === undefined) {
      const copy = new Module(name)
      copy.exports = OWN_COPIES[request]
      copy.loaded = true
      loader._cache[name] = copy
    }
    return name
  }
}

const urlOf = (file: string | null | undefined): string | undefined =>
  typeof file === 'string' ? pathToFileURL(file).href : undefined
