import Module from 'node:module'
import { join } from 'node:path'
import type { ModuleLoader } from '../config/module-loader.js'
import { type InstalledPackage, installedPackage } from '../installed/installed-package.js'

/** `@me/own/deep` is the module `./deep` of the package `@me/own`. */
export function packageAndSubpath(specifier: string): readonly [name: string, subpath: string | undefined] {
  const parts = specifier.split('/')
  const length = specifier.startsWith('@') ? 2 : 1
  const rest = parts.slice(length)
  return [parts.slice(0, length).join('/'), rest.length === 0 ? undefined : `./${rest.join('/')}`]
}

/** The package of a specifier, from the first of several folders that has it. */
export function findPackage(specifier: string, folders: readonly string[]): InstalledPackage | undefined {
  const [name] = packageAndSubpath(specifier)
  for (const folder of folders) {
    const found = installedPackage(name, folder)
    if (found !== undefined) return found
  }
  return undefined
}

/** The file of a package's module by its subpath, `.` or `./deep`; undefined where its exports have none. */
export function packageModule(
  { root, manifest }: InstalledPackage,
  subpath: string,
  loader: ModuleLoader,
): string | undefined {
  // Asked from inside the package, which needs no search among installed ones.
  if (manifest.hasExports) return loader.find(join(manifest.name, subpath).replaceAll('\\', '/'), root)
  try {
    return Module.createRequire(manifest.path).resolve(join(root, subpath))
  } catch {
    return undefined
  }
}
