import { realpathSync } from 'node:fs'
import Module from 'node:module'
import { dirname, isAbsolute, join } from 'node:path'
import { type Manifest, manifestIn } from './manifest.js'

/** A package as it is installed for those who import it. */
export interface InstalledPackage {
  /** The name it is imported by; an alias differs from `manifest.name`. */
  readonly name: string
  /** Its folder, links resolved. */
  readonly root: string
  readonly manifest: Manifest
}

/**
 * The package that `import name` means in a folder, undefined if none is installed. Node's own resolution is asked, which
 * Yarn Plug'n'Play extends; what a package keeps from it by its `exports` is looked for in the folders that Node would search.
 */
export function installedPackage(name: string, folder: string): InstalledPackage | undefined {
  const { resolve } = Module.createRequire(join(folder, 'package.json'))
  const resolved = (specifier: string): string | undefined => {
    try {
      const path = resolve(specifier)
      // The name of a module of Node is its own path.
      return isAbsolute(path) ? path : undefined
    } catch {
      return undefined
    }
  }
  const searched = (resolve.paths(name) ?? [])
    .filter((path) => !everybodys().includes(path))
    .map((path) => readable(join(path, name)))
    .find((found) => found !== undefined)
  const asked = manifestOf(resolved(`${name}/package.json`) ?? resolved(name))
  const manifest = searched ?? (isEverybodys(asked, name) ? undefined : asked) ?? plugAndPlay(name, folder)
  if (manifest === undefined) return undefined
  const root = realpathSync(dirname(manifest.path))
  return { name, root, manifest: { ...manifest, path: join(root, 'package.json') } }
}

/** The manifest of the package that a file belongs to: one of `{ "type": "module" }` alone is not a package's. */
export function manifestOf(file: string | undefined): Manifest | undefined {
  if (file === undefined) return undefined
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const manifest = readable(folder)
    if (manifest !== undefined && manifest.name !== '' && manifest.version !== '') return manifest
    if (dirname(folder) === folder) return undefined
  }
}

/** Somebody else's manifest that cannot be read is none of a plugin. */
function readable(folder: string): Manifest | undefined {
  try {
    return manifestIn(folder)
  } catch {
    return undefined
  }
}

/** Folders of `require` alone, NODE_PATH and some in the user's home: `import` does not search them. pnpm sets them for commands. */
const everybodys = (): readonly string[] =>
  (Module as { readonly globalPaths?: readonly string[] }).globalPaths ?? []

const isEverybodys = (manifest: Manifest | undefined, name: string): boolean =>
  manifest !== undefined &&
  everybodys().some(
    (path) =>
      readable(join(path, name)) !== undefined && sameFolder(join(path, name), dirname(manifest.path)),
  )

const sameFolder = (a: string, b: string): boolean => realpathSync(a) === realpathSync(b)

/** What Yarn adds to Node's module. */
interface PlugAndPlay {
  readonly findPnpApi?: (
    path: string,
  ) => { readonly resolveToUnqualified: (name: string, issuer: string) => string | null } | null
}

/** A package of Yarn Plug'n'Play that keeps its modules from `require`. */
function plugAndPlay(name: string, folder: string): Manifest | undefined {
  const { findPnpApi } = Module as PlugAndPlay
  const issuer = `${folder}/`
  try {
    const root = findPnpApi?.(issuer)?.resolveToUnqualified(name, issuer)
    return typeof root === 'string' ? readable(root) : undefined
  } catch {
    // It throws for what the package does not list.
    return undefined
  }
}
