import { dirname } from 'node:path'
import { type InstalledPackage, installedPackage } from '../installed/installed-package.js'
import type { Manifest } from '../installed/manifest.js'

/** The keyword of every package that has plugins. */
const KEYWORD = 'umbra-plugin'

/** The packages with plugins among those that a `package.json` lists. */
export interface PluginPackages {
  readonly found: readonly InstalledPackage[]
  /** Listed ones that have the keyword and do not say which of their modules has the plugins. */
  readonly silent: readonly InstalledPackage[]
}

/** In the order of the file: `dependencies`, `devDependencies`, `optionalDependencies`. What is not installed is passed over. */
export function pluginPackages(manifest: Manifest): PluginPackages {
  const { dependencies, devDependencies, optionalDependencies } = manifest
  const names = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies })
  const marked = names.flatMap((name) => {
    const found = installedPackage(name, dirname(manifest.path))
    return found?.manifest.keywords.includes(KEYWORD) === true ? found : []
  })
  return {
    found: marked.filter((each) => each.manifest.plugin !== undefined),
    silent: marked.filter((each) => each.manifest.plugin === undefined),
  }
}
